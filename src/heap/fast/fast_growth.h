/* fast_growth.h: moving the break up, and what is learnt from it: whether it is time to see to the
 * tables (fast_tables.h), and whether most blocks are small. */
#ifndef HEAP_FAST_GROWTH_H
#define HEAP_FAST_GROWTH_H

#include "base/bits.h"
#include "heap/fast/fast_tags.h"

/* The heap has grown: see whether that makes tables due. False if they are not. */
static inline bool fast_has_grown(struct fast *fast)
{
    if (fast_likely(fast->heap.size / FAST_GRAIN < bits_from_rough(fast->due)))
        return false;
    if (fast->due > FAST_SAMPLED)
        fast->due = FAST_GROWN;
    return true;
}

/* Move the break up by `units`. The new memory is the caller's; the end marker stands behind it. */
static inline bool fast_grow(struct fast *fast, uint64_t units)
{
    if (fast_unlikely(units > FAST_MOST_GRAINS - fast->heap.size / FAST_GRAIN) ||
        fast_unlikely(!hg_break_grow(&fast->heap, units * FAST_GRAIN)))
        return false;
    fast_has_grown(fast);
    fast_write_end(fast, 0);
    return true;
}

/* Whether it is time to see to the tables. */
static inline bool fast_tables_are_due(const struct fast *fast)
{
    return fast_unlikely(fast->due <= FAST_SAMPLED);
}

/* Take a block of `units`, for which the heap has grown, as a sample of what it grows for. When far
 * more are small than not, fast->small becomes, and stays, FAST_ALL_SMALL. */
void hg_fast_sample(struct fast *fast, uint32_t units);

/* The heap has just grown for a block of `units`: a sample each time that makes tables due. */
static inline void fast_sample(struct fast *fast, uint32_t units)
{
    if (fast_unlikely(fast->due == FAST_GROWN))
        hg_fast_sample(fast, units);
}

#endif
