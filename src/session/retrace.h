/* retrace.h: carrying out steps of a history once more, untold, and seeing that each goes as it
 * went before. */
#ifndef SESSION_RETRACE_H
#define SESSION_RETRACE_H

#include "session/history.h"

/* Whether both led to the same; not how: a replay does not tell. */
bool retrace_is_same(const struct op_result *a, const struct op_result *b);

/* Carry out the steps behind number `from`, up to number `to`, in a process that is at the first.
 *   can_be_stopped  by history->progress
 *   ret_step        which did not go as before, or was the last; untouched where all is done
 *   cost            what the allocator takes, while what is to be compared is unpacked beside it */
enum visit_outcome retrace_steps(const struct history *history, struct target *target, size_t from,
                                 size_t to, bool can_be_stopped, size_t *ret_step);

#endif
