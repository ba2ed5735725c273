/* fast_quick.h: quick lists: freed blocks wait here, unmerged, for a request of the same size.
 *
 * One list for each size up to a few KiB; last in, first out, linked by `next` alone. For its
 * neighbours a waiting block is used. A small heap has lists for small blocks only.
 *
 *      | room | most | patience | rest rests part | taken | lost | head 1 | head 2 | ...
 *      ^ fast->quick
 *
 * What waits must pay for itself. It is a part of the heap: in grains, `room` counts how much more
 * may wait, and `most` how much in all. A block for which there is no room is merged at once, which
 * `patience` bears for a while. Then, when a very large block is freed, and before the heap would
 * grow, all lists are emptied, and their blocks merged. When enough was put on them to tell, they
 * are judged: if most of it was `taken` again, the part becomes larger; if most was `lost` to
 * merging, smaller; and if it was the smallest, nothing waits for the next `rest` frees: longer
 * each time that this follows on itself. */
#ifndef HEAP_FAST_QUICK_H
#define HEAP_FAST_QUICK_H

#include "heap/fast/fast_layout.h"

enum { FAST_QUICK_GROUP = 8 }; /* lists that share a bit */

_Static_assert(FAST_QUICK_MOST / FAST_QUICK_GROUP < 32, "a word has a bit for each group");

struct fast_quick {
    int32_t room, most;   /* grains */
    uint32_t patience;    /* grains */
    uint16_t rest;        /* frees; 0 while blocks wait */
    uint8_t rests;        /* that followed on each other */
    uint8_t part;         /* of the heap may wait: 1 / 2^part */
    uint32_t taken, lost; /* grains, since the lists were judged */
    uint32_t heads[];     /* from 1 grain on, up to fast->quick_most */
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

/* How many grains wait. */
static inline uint32_t fast_quick_waiting(const struct fast *fast)
{
    const struct fast_quick *quick = fast_quick(fast);

    return fast->quick ? (uint32_t)(quick->most - quick->room) : 0;
}

/* A waiting block of just `units`, used from now on; NULL if there is none. Unreported. */
static inline struct fast_block *fast_quick_take(const struct fast *fast, uint64_t units)
{
    struct fast_quick *quick = fast_quick(fast);
    struct fast_block *block;
    uint32_t place;

    if (units > fast->quick_most)
        return NULL;
    place = quick->heads[units - 1];
    if (!place)
        return NULL;
    block = fast_block_at(fast, place);
    quick->heads[units - 1] = block->next;
    block->flags &= ~(uint32_t)FAST_QUICK;
    quick->room += (int32_t)units;
    quick->taken += (uint32_t)units;
    return block;
}

/* Let `block`, used, of `units`, and no larger than those that wait, wait. False if there is no
 * room, of which it has been taken off all the same. Unreported. */
static inline bool fast_quick_put(struct fast *fast, struct fast_block *block, uint32_t units)
{
    struct fast_quick *quick = fast_quick(fast);
    uint32_t *head = fast_quick_head(fast, units);

    quick->room -= (int32_t)units;
    if (fast_unlikely(quick->room < 0))
        return false;
    block->flags |= FAST_QUICK;
    block->next = *head;
    *head = fast_place(fast, block);
    fast->waiting |= 1u << units / FAST_QUICK_GROUP;
    return true;
}

/* Merge `block`, for which fast_quick_put found no room. Always true, so that what frees can end in
 * it. */
bool hg_fast_quick_is_full(struct fast *fast, struct fast_block *block);

/* The table is new: its lists are empty. */
void hg_fast_quick_open(struct fast *fast, uint32_t most);

/* Merge all that waits. False if nothing did. */
bool hg_fast_quick_empty(struct fast *fast);

#endif
