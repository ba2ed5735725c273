/* shell.h: running programs by the shell, and looking at what came of it. */
#ifndef TESTS_SHELL_H
#define TESTS_SHELL_H

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

#endif
