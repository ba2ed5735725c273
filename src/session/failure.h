/* failure.h: how a heap process failed, in words. */
#ifndef SESSION_FAILURE_H
#define SESSION_FAILURE_H

#include "base/text.h"
#include "target/target.h"

/* Append a clause on an operation that was not survived, with the last event before. */
void failure_add_of(const struct target_failure *failure, const struct op *op, struct text *text);

/* Append a clause ("the heap process was killed by SIGKILL"); nothing if nothing has failed. */
void failure_add(const struct target_failure *failure, struct text *text);

#endif
