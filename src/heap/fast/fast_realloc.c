/* fast_realloc.c: see fast_realloc.h. */
#include "heap/fast/fast_realloc.h"

#include <string.h>

#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_events.h"
#include "heap/fast/fast_payloads.h"
#include "heap/fast/fast_room.h"
#include "heap/fast/fast_slots.h"

/* Allocate, copy, and free; reported from the copying on. */
static void *move(struct fast *fast, void *payload, size_t had, size_t size)
{
    size_t kept = had < size ? had : size;
    void *moved = hg_fast_allocate(fast, size);

    if (!moved)
        return NULL;
    memcpy(moved, payload, kept);
    hg_emit_at(&fast->heap, HG_EVENT_COPY, moved, kept, hg_offset(&fast->heap, payload));
    hg_fast_segregated_release(&fast->heap, payload);
    return moved;
}

/* Whether a slot of `had` bytes may stay one for `size` bytes: it fits, and not much is wasted. */
static bool may_stay(size_t had, size_t size)
{
    enum { WASTE = 4 }; /* this part of a slot, and less than a grain */

    return size <= had && had - size < FAST_GRAIN + had / WASTE;
}

static void *resize_slot(struct fast *fast, void *payload, size_t size)
{
    size_t had = hg_fast_usable_size(&fast->heap, payload);

    if (!may_stay(had, size))
        return move(fast, payload, had, size);
    hg_emit_at(&fast->heap, HG_EVENT_HANDOVER, payload, had, 0);
    return payload;
}

/* Make `block` have `units`, more than it has, where it is; false if it cannot. */
static bool enlarge(struct fast *fast, struct fast_block *block, uint32_t units)
{
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

static void *resize_block(struct fast *fast, void *payload, size_t size)
{
    struct fast_block *block = fast_block_of(payload);

    fast_uncount(fast, block);
    if (!resize_in_place(fast, block, fast_units_for(size)))
        return move(fast, payload, fast_bytes(block->units) - FAST_HEADER, size);
    fast_tell(fast, HG_EVENT_HANDOVER, block, block->units, 0);
    return payload;
}

void *hg_fast_reallocate(struct hg_heap *heap, void *payload, size_t size)
{
    struct fast *fast = fast_of(heap);

    if (fast_is_watched(fast))
        hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, hg_fast_wanted(fast, size));
    if (fast_slab_around(fast, payload))
        return resize_slot(fast, payload, size);
    return resize_block(fast, payload, size);
}
