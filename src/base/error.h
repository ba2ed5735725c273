/* error.h: what went wrong, in words for the user, and in a kind for the program.
 *
 * A function that can fail takes a `struct error *` last, returns false or NULL, and fills the
 * error in one line: `return error_set(error, "no variable '%s'", name);`. An error is only ever
 * set on the way out; what the function was to change is then as it was. An error that is all zero
 * is none, as is one that was cleared. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

enum { ERROR_TEXT_MAX = 2048, ERROR_CLAIM_MAX = 256 };

/* What a caller may have to tell apart; what the user has to know is in the text. */
enum error_kind {
    ERROR_NONE,      /* nothing went wrong */
    ERROR_FAILED,    /* what was asked for cannot be done */
    ERROR_SYSTEM,    /* the system refuses, */
    ERROR_MISSING,   /* because there is no such file, */
    ERROR_EXISTS,    /* because there is one already, */
    ERROR_NO_MEMORY, /* because it takes more memory than there is */
    ERROR_MALFORMED, /* what was read is not what it should be */
    ERROR_STOPPED,   /* the user did not want to wait */
    ERROR_TOLD,      /* a command failed, of which the face knows: there are no words */
};

struct error {
    enum error_kind kind;
    char text[ERROR_TEXT_MAX]; /* a clause without a full stop: "size 12Q: no such unit" */
    int column;                /* 1 for the first column of the line at fault; 0 if it has none */
    /* What was claimed, and what is so instead; "" where nothing was claimed. */
    char expected[ERROR_CLAIM_MAX], found[ERROR_CLAIM_MAX];
};

/* Let `error` be none. Cheaper than zero all over, where that would be for each step. */
static inline void error_clear(struct error *error)
{
    error->kind = ERROR_NONE;
    error->text[0] = '\0';
    error->column = 0;
    error->expected[0] = error->found[0] = '\0';
}

/* Fill `error` with a failure, cutting off what is longer than its text. Returns false. */
bool error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Fill `error` with what errno says, its meaning after the text, and the limit that is behind it.
 * Returns false. */
bool error_set_errno(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Fill `error` with words of another kind than a mere failure. Returns false. */
bool error_set_kind(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Fill `error` with a claim that does not hold, and what is found instead: "expected used = 1,
 * found 32". Returns false. */
bool error_set_claim(struct error *error, const char *found, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Fill `error` with ERROR_TOLD. Returns false. */
bool error_set_told(struct error *error);

/* Append to the text, for a hint ("; did you mean 'B'?"). Returns false. */
bool error_append(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
