/* fast_realloc.c: see fast_realloc.h. */
#include "heap/fast/fast_realloc.h"

#include <string.h>

#include "heap/fast/fast_payloads.h"
#include "heap/fast/fast_room.h"
#include "heap/fast/fast_search.h"
#include "heap/fast/fast_short.h"

/* Allocate, copy, and free; reported from the copying on.
 *   slab     that `payload` is a slot of; NULL if it has a block */
static void *move(struct fast *fast, struct fast_slab *slab, void *payload, size_t had, size_t size)
{
    size_t kept = had < size ? had : size;
    void *moved = hg_fast_allocate(fast, size);

    if (!moved)
        return NULL;
    memcpy(moved, payload, kept);
    hg_emit_at(&fast->heap, HG_EVENT_COPY, moved, kept, hg_offset(&fast->heap, payload));
    if (fast_is_watched(fast))
        hg_fast_segregated_release(&fast->heap, payload);
    else
        fast_release_from(fast, slab, payload, false);
    return moved;
}

/* Whether a slot of `had` bytes may stay one for `size` bytes: it fits, and not much is wasted. */
static bool may_stay(size_t had, size_t size)
{
    enum { WASTE = 4 }; /* this part of a slot, and less than a grain */

    return size <= had && had - size < FAST_GRAIN + had / WASTE;
}

static void *resize_slot(struct fast *fast, struct fast_slab *slab, void *payload, size_t size)
{
    size_t had = fast_bytes(fast_slot_of(slab));

    if (!may_stay(had, size))
        return move(fast, slab, payload, had, size);
    hg_emit_at(&fast->heap, HG_EVENT_HANDOVER, payload, had, 0);
    return payload;
}

/* Whether to the right of `block` is another payload's block, which will not make way. */
static inline bool is_before_payload(const struct fast_block *block)
{
    const struct fast_block *right = fast_right(block);
    uint32_t marks = FAST_USED | FAST_QUICK | FAST_SLAB | FAST_TABLE;

    return (right->flags & marks) == FAST_USED && right->units > 0;
}

/* Make `block` have `units`, more than it has, where it is; false if it cannot. */
static bool enlarge(struct fast *fast, struct fast_block *block, uint32_t units)
{
    if (is_before_payload(block))
        return false;
    do {
        if (hg_fast_enlarge(fast, block, units))
            return true;
    } while (hg_fast_make_room_beside(fast, block, units));
    return false;
}

/* Make `block` have `units` where it is; false if it cannot. */
static bool resize_in_place(struct fast *fast, struct fast_block *block, uint64_t units)
{
    enum { KEEP = 8 }; /* a rest smaller than this part of the block is not cut off */

    if (units > block->units)
        return units <= FAST_MOST_GRAINS && enlarge(fast, block, (uint32_t)units);
    if (block->units - units > block->units / KEEP)
        hg_fast_cut(fast, block, (uint32_t)units);
    return true;
}

/* Whether the heap would grow for `block`, which is to have `units`, if it did not slide: by not
 * much for a small one. TLSF stays as it was published. */
static bool should_slide(struct fast *fast, const struct fast_block *block, uint64_t units)
{
    return block->units > FAST_QUICK_MOST && units <= FAST_MOST_GRAINS && !fast_is_tlsf(fast) &&
           hg_fast_can_slide(block, (uint32_t)units) &&
           !hg_fast_search(fast, (uint32_t)units).block;
}

/* Make `block` have `units`, where it is or further down. Returns where it is then; NULL if it can
 * have them neither here nor there. What grows by much may as well be copied before the break is
 * moved; what grows by little, often, may not. */
static struct fast_block *resize(struct fast *fast, struct fast_block *block, uint64_t units)
{
    enum { MUCH = 4 }; /* this part of it */
    bool by_much = units > block->units + block->units / MUCH;

    if (by_much && should_slide(fast, block, units))
        return hg_fast_slide(fast, block, (uint32_t)units);
    if (resize_in_place(fast, block, units))
        return block;
    return should_slide(fast, block, units) ? hg_fast_slide(fast, block, (uint32_t)units) : NULL;
}

static void *resize_block(struct fast *fast, void *payload, size_t size)
{
    struct fast_block *block = fast_block_of(payload);
    size_t had = fast_bytes(block->units) - FAST_HEADER;

    fast_uncount(fast, block);
    block = resize(fast, block, fast_units_for(size));
    if (!block)
        return move(fast, NULL, payload, had, size);
    fast_tell(fast, HG_EVENT_HANDOVER, block, block->units, 0);
    return fast_payload(block);
}

void *hg_fast_reallocate(struct hg_heap *heap, void *payload, size_t size)
{
    struct fast *fast = fast_of(heap);
    struct fast_slab *slab = fast_slab_around(fast, payload);

    if (fast_is_watched(fast))
        hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, hg_fast_wanted(fast, size));
    return slab ? resize_slot(fast, slab, payload, size) : resize_block(fast, payload, size);
}
