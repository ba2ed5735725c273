/* shell.h: running programs by the shell, and looking at what came of it. */
#ifndef TESTS_SHELL_H
#define TESTS_SHELL_H

#include <stdbool.h>

#include "base/text.h"

/* What a line wrote to its standard output, and its exit status. */
struct shell_run {
    struct text output;
    int status;
};

/* Run a line of shell. It sees what the test has put into the environment. */
struct shell_run shell_run(const char *line);

/* Fail unless the line ends with `status` and its output holds `words`. */
void shell_expect(const char *line, int status, const char *words);

/* So many of these expectations, one after the other. */
struct shell_row {
    const char *line;
    int status;
    const char *words;
};

void shell_expect_all(const struct shell_row *rows, size_t count);

/* Let lines see the paths `arguments[1]` and on as $NAME, one for each name, wherever they go.
 *   returns  false if there are not as many */
bool shell_name_paths(const char *const *names, size_t name_count, int count, char **arguments);

/* Let lines have a folder of their own as $T, and remove it with all that is in it: for cmocka, at
 * the beginning and at the end of a group. */
int shell_make_folder(void **state);
int shell_remove_folder(void **state);

#endif
