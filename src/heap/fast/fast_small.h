/* fast_small.h: blocks for payloads that a slot of a slab could hold as well. */
#ifndef HEAP_FAST_SMALL_H
#define HEAP_FAST_SMALL_H

#include "heap/fast/fast_layout.h"

/* Under segregated, a payload in a block of `units` that waits, or in another; NULL, and a refusal,
 * if there is no memory. */
void *hg_fast_allocate_block(struct fast *fast, uint32_t units);

/* Under segregated, a payload in a block of `units` that waits, or is free; NULL if none is. */
void *hg_fast_allocate_free_block(struct fast *fast, uint32_t units);

#endif
