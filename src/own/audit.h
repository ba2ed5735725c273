/* audit.h: an allocator examined by a process that its code cannot reach. What is examined in its
 * own process writes what came of it where the allocator could write, too; here it is only asked
 * for some operations at once, does not know which will come, and is believed nothing but the
 * addresses that it answers. Payloads that are live between are written and read from here, and the
 * heap is at least as large as they reach, whatever it says. */
#ifndef OWN_AUDIT_H
#define OWN_AUDIT_H

#include "own/examination.h"

/* Carry the trace through it on a fresh heap, and take over what came of that: how it ended, what
 * was wrong and the heap's peak; not its speed. Where its memory cannot be read nothing is taken
 * over but that.
 *   errors  there can be no such process */
bool audit(const struct trace *trace, const struct examination_limits *limits,
           struct examination_result *result, struct error *error);

#endif
