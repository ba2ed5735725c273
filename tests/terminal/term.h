/* term.h: a terminal with a program in it: a pseudo-terminal, and libvterm as the screen. */
#ifndef TESTS_TERMINAL_TERM_H
#define TESTS_TERMINAL_TERM_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

struct term;

/* Run a program with its arguments, the last one NULL, on a terminal of its own.
 *   environment  "NAME=VALUE" to set and "NAME" to unset, the last one NULL */
struct term *term_start(int rows, int columns, const char *const *environment,
                        const char *const *arguments);

/* End the program if it still runs. */
void term_finish(struct term *term);

pid_t term_pid(const struct term *term);

/* Type these bytes. */
void term_type(struct term *term, const char *bytes);

/* Read what the program has written so far, so that it need not wait for that. */
void term_glance(struct term *term);

/* Press and release button 0, or turn the wheel, 64 or 65, where the words stand: in a row of
 * ASCII. */
void term_press(struct term *term, int button, const char *words);

/* Change the terminal's size, as a window manager does. */
void term_resize(struct term *term, int rows, int columns);

/* Let the terminal claim another size than it has. */
void term_claim(struct term *term, int rows, int columns);

/* Wait until the words stand on the screen, in one row, or are gone from it; fails the running
 * test, showing the screen, if that takes too long. */
void term_expect(struct term *term, const char *words);
void term_expect_gone(struct term *term, const char *words);

/* Whether the words come to stand there within `wait_ms`, where something can be done if not. */
bool term_shows(struct term *term, const char *words, long wait_ms);

/* Wait in that way until the words stand in row number `row`, from 0. */
void term_expect_in_row(struct term *term, int row, const char *words);

/* Wait in that way until the cursor is there; -1 for any row. */
void term_expect_cursor(struct term *term, int row, int column);

/* Whether the program asks the terminal to mark what is pasted, as far as it has been read. */
bool term_marks_pastes(const struct term *term);

/* Whether the program has sent these bytes, as far as it has been read. */
bool term_has_got(const struct term *term, const char *bytes);

/* The text of a row; valid until the next call. */
const char *term_row(struct term *term, int row);

/* Wait until the program has ended. Returns what waitpid says of it. */
int term_wait_end(struct term *term);

/* Whether the program has taken the alternate screen, as far as it has been read. */
bool term_is_alternate(struct term *term);

/* The terminal's modes now. */
struct termios term_modes(const struct term *term);

#endif
