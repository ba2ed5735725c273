/* difference.h: what changed between two steps, in words. */
#ifndef SESSION_DIFFERENCE_H
#define SESSION_DIFFERENCE_H

#include "session/session.h"

/* Append which payloads appeared, vanished, moved or changed their size, which blocks merged, and
 * how the measures changed, from after step number `from` to after step number `to`, which are
 * known. The session stays as it is.
 *   returns  false with `error` set when one of the moments cannot be had again, or the user stops
 *            it
 *   cost     that of going to both; and of two steps of a trace, O(n log steps) for n steps between
 *            them, of others O(n log n) for n payloads */
bool difference_add(struct session *session, size_t from, size_t to, struct text *text,
                    struct error *error);

/* Append a line for each measure that differs, and how; what is not known is left out. */
void difference_add_metrics(const struct metrics *old, const struct metrics *new,
                            struct text *text);

#endif
