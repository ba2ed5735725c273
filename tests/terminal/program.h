/* program.h: the program under test, on a terminal, with a home of its own. */
#ifndef TESTS_TERMINAL_PROGRAM_H
#define TESTS_TERMINAL_PROGRAM_H

#include "terminal/term.h"

/* Take the program's path from the test's arguments, and make its home. False if that cannot be. */
bool program_find(int count, char **arguments);
const char *program_path(void);

/* Where the program keeps its history. */
const char *program_state(void);

/* Remove the home; for cmocka, at the end. */
int program_clean_up(void **state);

/* Start the program on a terminal of this size and type; `option` and `argument` may be NULL. */
struct term *program_start_as(int rows, int columns, const char *type, const char *locale,
                              const char *option, const char *argument);

/* Start it on an ordinary terminal, and wait for its welcome. */
struct term *program_start(void);

/* Start what a shell makes of a command, in which $P is the program's path. */
struct term *program_start_by_shell(const char *command, const char *const *environment);

/* Start it as the job of a shell, which says when it stopped, and with an empty line goes on. */
struct term *program_start_as_job(void);
struct term *program_start_as_job_with(const char *const *environment);

/* Leave, and find the terminal as it was before. */
void program_leave(struct term *term);

#endif
