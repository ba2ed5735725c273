/* error.h: what went wrong, in words for the user.
 *
 * A function that can fail takes a `struct error *` last, returns false or NULL, and fills the
 * error in one line: `return error_set(error, "no variable '%s'", name);`. An error is only ever
 * set on the way out; what the function was to change is then as it was. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

enum { ERROR_TEXT_MAX = 512 };

struct error {
    char text[ERROR_TEXT_MAX]; /* a clause without a full stop: "size 12Q: no such unit" */
    int column;                /* 1 for the first column of the line at fault; 0 if it has none */
};

/* Fill `error`, cutting off what is longer than its text. Returns false. */
bool error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, with errno's meaning after the text. */
bool error_set_errno(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Append to the text, for a hint ("; did you mean 'B'?"). Returns false. */
bool error_append(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
