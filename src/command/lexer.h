/* lexer.h: a line as statements, a statement as tokens.
 *
 *      alloc A 10M; free B    # a comment
 *
 * Tokens are separated by white space, statements by semicolons. Quotes ("...", with \",
 * \\ and, for control characters alone, \x0a) keep white space, semicolons and # in a token, and so
 * do single ones ('...', as in a shell, and 'it'\''s') that are around all of it: others are
 * apostrophes. A # begins a comment where a token could begin. */
#ifndef COMMAND_LEXER_H
#define COMMAND_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct token {
    char *text;        /* without quotes */
    size_t start, end; /* where it stands in the line, quotes included */
    bool quoted;
};

struct statement {
    struct token *tokens;
    size_t count, capacity;
};

enum { TOKENS_MAX = 1024 };

/* Give back what a statement holds. One that is all zero is empty. */
void statement_finish(struct statement *statement);

/* Read the next statement that is not empty.
 *   position  in: where in the line to begin; out: where the next statement begins
 *   returns   true with at least one token; false at the end of the line, or with error->text set
 *             (and its column) when the line makes no sense: a quote that is not closed, too many
 *             tokens, a control character */
bool lexer_next(const char *line, size_t *position, struct statement *statement,
                struct error *error);

/* The column, from 1, of a place in a line. */
static inline int lexer_column(size_t place)
{
    return (int)place + 1;
}

#endif
