/* fast_tables.h: bookkeeping blocks, made when the heap has grown enough for them. */
#ifndef HEAP_FAST_TABLES_H
#define HEAP_FAST_TABLES_H

#include "heap/fast/fast.h"

/* A block for a table of `size` bytes, whose bytes may hold anything: its place, 0 if there is no
 * room. And back. Meanwhile nobody sees to tables.
 *   may_grow  the heap may grow for it */
uint32_t hg_fast_table_make(struct fast *fast, size_t size, bool may_grow);
void hg_fast_table_free(struct fast *fast, uint32_t place);

/* Make the tables that are missing or outgrown, as far as the heap can bear them. */
void hg_fast_see_to_tables(struct fast *fast);

/* Whether it is time for that. */
static inline bool fast_tables_are_due(const struct fast *fast)
{
    return fast_unlikely(fast->heap.size / FAST_GRAIN >= fast->due);
}

/* The heap has grown for a block of `units`: take it as a sample of what it grows for. When far
 * more are small than not, fast->small becomes, and stays, FAST_ALL_SMALL. */
void hg_fast_sample(struct fast *fast, uint32_t units);

/* The same if the heap, which had `before` bytes, has just grown so far that tables are due. */
static inline void fast_sample(struct fast *fast, size_t before, uint32_t units)
{
    if (fast_tables_are_due(fast) && before / FAST_GRAIN < fast->due)
        hg_fast_sample(fast, units);
}

/* Make a map of at least `pages` pages, in place of the present one; false if there is no room. */
bool hg_fast_make_map(struct fast *fast, uint32_t pages);

#endif
