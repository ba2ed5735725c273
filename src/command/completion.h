/* completion.h: what the line being typed can go on with. */
#ifndef COMMAND_COMPLETION_H
#define COMMAND_COMPLETION_H

#include "base/text.h"
#include "session/session.h"

struct completion {
    size_t start;      /* where in the line the word begins that the candidates complete */
    bool quoted;       /* it begins with a quote */
    char **candidates; /* sorted, each once; whole words */
    size_t count, capacity;
};

/* What can stand at the end of `line`, of which only what is left of the cursor is given, as a
 * command for `session`.
 *   returns  candidates that the caller gives back with completion_finish */
struct completion command_complete(const struct session *session, const char *line);
void completion_finish(struct completion *completion);

/* Append what all candidates, of which there are some, begin with, as it is to stand in the line
 * from `start` on: in quotes where it needs them, and with a blank behind if it is complete. */
void completion_add_common(const struct completion *completion, struct text *text);

#endif
