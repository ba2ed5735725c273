/* fast_quick.h: quick lists: freed blocks wait here, unmerged, for a request of the same size.
 *
 * One list for each size up to a few KiB; last in, first out, linked by `next` alone. For its
 * neighbours a waiting block is used. A small heap has lists for small blocks only.
 *
 *      | put | limit | patience | rest rests part | all | lost | head 1 | head 2 | ...
 *      ^ fast->quick
 *
 * What waits must pay for itself. It is a part of the heap: in grains, `put` counts what was put
 * since the lists were empty, and `limit` that part, and what was taken again. A block that does
 * not fit below it is merged at once, which `patience` bears for a while. Then, when a large block
 * is freed, and before the heap would grow, all lists are emptied, and their blocks merged. If most
 * of what was put until then had been taken again, the part becomes larger; if little, smaller; and
 * if it was the smallest, nothing waits for the next `rest` frees: longer each time that this
 * follows on itself. */
#ifndef HEAP_FAST_QUICK_H
#define HEAP_FAST_QUICK_H

#include "heap/fast/fast_layout.h"

enum { FAST_QUICK_GROUP = 8 }; /* lists that share a bit */

_Static_assert(FAST_QUICK_MOST / FAST_QUICK_GROUP < 32, "a word has a bit for each group");

struct fast_quick {
    uint32_t put, limit; /* grains; only their distance counts */
    uint32_t patience;   /* grains */
    uint16_t rest;       /* frees; 0 while blocks wait */
    uint8_t rests;       /* that followed on each other */
    uint8_t part;        /* of the heap may wait: 1 / 2^part */
    uint32_t all, lost;  /* grains that were put, and that waited in vain, since the part is that */
    uint32_t heads[];    /* from 1 grain on, up to fast->quick_most */
};

static inline size_t fast_quick_size(uint32_t most)
{
    return sizeof(struct fast_quick) + most * sizeof(uint32_t);
}

static inline struct fast_quick *fast_quick(const struct fast *fast)
{
    return fast_payload_at(fast, fast->quick);
}

/* The first block of just `units` that waits, if the table has that list. */
static inline uint32_t *fast_quick_head(const struct fast *fast, uint64_t units)
{
    return &fast_quick(fast)->heads[units - 1];
}

/* Whether a block of just `units` waits. */
static inline bool fast_quick_has(const struct fast *fast, uint64_t units)
{
    return units <= fast->quick_most && *fast_quick_head(fast, units);
}

/* A waiting block of just `units`, used from now on; NULL if there is none. Unreported. */
static inline struct fast_block *fast_quick_take(const struct fast *fast, uint64_t units)
{
    uint32_t *head = fast_quick_head(fast, units), place;
    struct fast_block *block;

    if (units > fast->quick_most)
        return NULL;
    place = *head;
    if (!place)
        return NULL;
    block = fast_block_at(fast, place);
    *head = block->next;
    block->flags &= ~(uint32_t)FAST_QUICK;
    fast_quick(fast)->limit += (uint32_t)units;
    return block;
}

/* Let `block`, used, of `units`, and no larger than those that wait, wait. False if the limit
 * forbids it. Unreported. */
static inline bool fast_quick_put(struct fast *fast, struct fast_block *block, uint32_t units)
{
    struct fast_quick *quick = fast_quick(fast);
    uint32_t put = quick->put + units, *head = fast_quick_head(fast, units);

    if (fast_unlikely((int32_t)(quick->limit - put) < 0))
        return false;
    quick->put = put;
    block->flags |= FAST_QUICK;
    block->next = *head;
    *head = fast_place(fast, block);
    fast->waiting |= 1u << units / FAST_QUICK_GROUP;
    return true;
}

/* Merge `block`, which the limit forbids to wait. Always true, so that what frees can end in it. */
bool hg_fast_quick_is_full(struct fast *fast, struct fast_block *block);

/* The table is new: its lists are empty. */
void hg_fast_quick_open(struct fast *fast, uint32_t most);

/* Merge all that waits. False if nothing did. */
bool hg_fast_quick_empty(struct fast *fast);

#endif
