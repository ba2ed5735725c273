/* who.h: whose a place is, and who points to it, in words. */
#ifndef EXPLAIN_WHO_H
#define EXPLAIN_WHO_H

#include "session/session.h"

/* Append, for the offset `at`, in the heap or on the stack: what lies there, how it came to be, and
 * all variables and slots that point to the same block, or to the same variable.
 *   cost  O(variables and links) */
void who_add(const struct picture *picture, uint64_t at, struct text *text);

#endif
