/* fast_quick.h: quick lists: freed blocks wait here, unmerged, for a request of the same size.
 *
 * One list for each size up to a few KiB; last in, first out, linked by `next` alone. For its
 * neighbours a waiting block is used. All lists are emptied, and their blocks merged, before the
 * heap would grow. A small heap has lists for small blocks only. */
#ifndef HEAP_FAST_QUICK_H
#define HEAP_FAST_QUICK_H

#include "heap/fast/fast_layout.h"

enum { FAST_QUICK_GROUP = 8 }; /* lists that share a bit */

_Static_assert(FAST_QUICK_MOST / FAST_QUICK_GROUP < 32, "a word has a bit for each group");

static inline size_t fast_quick_size(uint32_t most)
{
    return (most + 1) * sizeof(uint32_t);
}

/* The heads of the quick lists, by grains, up to fast->quick_most; the first is 0. */
static inline uint32_t *fast_quick(const struct fast *fast)
{
    return fast_payload_at(fast, fast->quick);
}

/* Whether a block of just `units` waits. */
static inline bool fast_quick_has(const struct fast *fast, uint64_t units)
{
    return units <= fast->quick_most && fast_quick(fast)[units];
}

/* A waiting block of just `units`, used from now on; NULL if there is none. Unreported. */
static inline struct fast_block *fast_quick_take(const struct fast *fast, uint64_t units)
{
    uint32_t *heads = fast_quick(fast), place;
    struct fast_block *block;

    if (units > fast->quick_most)
        return NULL;
    place = heads[units];
    if (!place)
        return NULL;
    block = fast_block_at(fast, place);
    heads[units] = block->next;
    block->flags &= ~(uint32_t)FAST_QUICK;
    return block;
}

/* Let `block`, used, wait. False if its size does not wait, or none does. Unreported. */
static inline bool fast_quick_put(struct fast *fast, struct fast_block *block)
{
    uint32_t *heads = fast_quick(fast), units = block->units;

    if (units > fast->quick_most)
        return false;
    block->flags |= FAST_QUICK;
    block->next = heads[units];
    heads[units] = fast_place(fast, block);
    fast->waiting |= 1u << units / FAST_QUICK_GROUP;
    return true;
}

/* Merge all that waits. False if nothing did. */
bool hg_fast_quick_empty(struct fast *fast);

#endif
