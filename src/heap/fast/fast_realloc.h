/* fast_realloc.h: resizing a payload: in place if that can be; or, of a large block, down into the
 * hole to its left, if the heap would grow else; or by moving it. */
#ifndef HEAP_FAST_REALLOC_H
#define HEAP_FAST_REALLOC_H

#include "heap/fast/fast_layout.h"

/* The operation of struct hg_engine, under both policies. */
void *hg_fast_reallocate(struct hg_heap *heap, void *payload, size_t size);

#endif
