/* fault.h: what was found wrong with an allocator, in words: with the step, both blocks, and the
 * bytes. */
#ifndef OWN_FAULT_H
#define OWN_FAULT_H

#include "own/examination.h"

/* How many lines there are of what was found. */
size_t fault_count(const struct examination_result *result);

/* Append the line with this number, from 0: "step 9, alloc 4 (40 bytes): its payload is at +0x001c,
 * which is not a multiple of 16"; and answer the step that it is about, 0 for none that a session
 * would come to, and whether that is one of a heap that began anew. */
void fault_add(const struct examination_result *result, const struct trace *trace, size_t number,
               const struct examination_limits *limits, struct text *text, uint64_t *ret_step,
               bool *ret_is_anew);

#endif
