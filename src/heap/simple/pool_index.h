/* pool_index.h: which words of a pool's bits have a free slot, in a bit for each word, beside the
 * heap (heap/aside.h): by it pool-scan finds on long traces, where nobody watches, the very slot
 * that its scan would.
 *
 * What always holds while there is an index: a bit is set where a slot of the word is free. It is
 * made where scans have been long, if memory was lent, and changes nothing in the heap. */
#ifndef HEAP_POOL_INDEX_H
#define HEAP_POOL_INDEX_H

#include "heap/aside.h"
#include "heap/simple/pool_layout.h"

/* A scan looked at so many slots: from now on there may be an index.
 *   cost     O(slots), when it is made */
void hg_pool_index_tire(const struct pool *pool, const struct pool_shape *shape,
                        uint64_t looked_at);

/* A slot was taken, was freed, or is new, and its bit says so already: tell the index, if there is
 * one.
 *   cost     O(1) */
void hg_pool_index_note(const struct pool *pool, const struct pool_shape *shape,
                        struct pool_place place);

/* The first free slot, where there is an index; false where no slot is free.
 *   cost     O(slots / 4,096) */
bool hg_pool_index_find(const struct pool *pool, const struct pool_shape *shape,
                        struct pool_place *ret_place);

#endif
