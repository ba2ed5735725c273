/* fast_quick.h: quick lists: freed blocks wait here, unmerged, for a request of the same size.
 *
 * One list for each size up to a few KiB; last in, first out, linked by `next` alone. For its
 * neighbours a waiting block is used. All lists are emptied, and their blocks merged, before the
 * heap would grow. A small heap has lists for small blocks only. */
#ifndef HEAP_FAST_QUICK_H
#define HEAP_FAST_QUICK_H

#include "heap/fast/fast.h"

enum { FAST_QUICK_WORD = 64, FAST_QUICK_WORDS = FAST_QUICK_MOST / FAST_QUICK_WORD + 1 };

struct fast_quick {
    uint64_t filled[FAST_QUICK_WORDS]; /* a bit for each list: 0 if it is empty */
    uint32_t heads[];                  /* by grains, up to fast->quick_most; the first is 0 */
};

static inline size_t fast_quick_size(uint32_t most)
{
    return sizeof(struct fast_quick) + (most + 1) * sizeof(uint32_t);
}

/* The quick lists, if fast->quick_most is not 0. */
static inline struct fast_quick *fast_quick(const struct fast *fast)
{
    return fast_payload_at(fast, fast->quick);
}

/* A waiting block of just `units`, used from now on; NULL if there is none. Unreported. */
static inline struct fast_block *fast_quick_take(const struct fast *fast, uint64_t units)
{
    struct fast_quick *quick = fast_quick(fast);
    struct fast_block *block;
    uint32_t place;

    if (units > fast->quick_most)
        return NULL;
    place = quick->heads[units];
    if (!place)
        return NULL;
    block = fast_block_at(fast, place);
    quick->heads[units] = block->next;
    block->flags &= ~(uint32_t)FAST_QUICK;
    return block;
}

/* Let `block`, used, wait. False if its size does not wait, or none does. Unreported. */
static inline bool fast_quick_put(struct fast *fast, struct fast_block *block)
{
    struct fast_quick *quick = fast_quick(fast);
    uint32_t units = block->units;

    if (units > fast->quick_most)
        return false;
    block->flags |= FAST_QUICK;
    block->next = quick->heads[units];
    quick->heads[units] = fast_place(fast, block);
    quick->filled[units / FAST_QUICK_WORD] |= (uint64_t)1 << units % FAST_QUICK_WORD;
    fast->waiting = 1;
    return true;
}

/* Merge all that waits. False if nothing did. */
bool hg_fast_quick_empty(struct fast *fast);

/* Make quick lists, or more of them, if the heap can bear that and has room for their heads: these
 * are not worth growing for, and then in the way of a last block that would grow. */
void hg_fast_make_quick(struct fast *fast);

#endif
