/* fast_short.h: the short ways through the policy segregated, which most requests go: a slot, or a
 * block that waits. Where a request has to go further, each step ends in the next.
 *
 * They are here to be inlined: into the engine's operations, and into the malloc and free of a
 * whole program, where two calls by pointer would cost about as much as the ways themselves. */
#ifndef HEAP_FAST_SHORT_H
#define HEAP_FAST_SHORT_H

#include "heap/fast/fast_allocate.h"
#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_idle.h"
#include "heap/fast/fast_quick.h"
#include "heap/fast/fast_slabs.h"

/* A payload of `size` bytes: a small slot, a block that waits, a large slot, or another block. No
 * heap has more than HG_SIZE_MAX, which is refused. */
FAST_PATH void *fast_allocate(struct fast *fast, size_t size, const bool watched)
{
    uint32_t slot = fast_slot_for(fast, size);
    uint64_t units;
    void *payload;

    if (slot) {
        payload = fast_allocate_free_slot(fast, slot, watched);
        if (fast_likely(payload))
            return payload;
        return hg_fast_allocate_new_slot(fast, slot, (uint32_t)fast_units_for(size));
    }
    if (!watched && fast_unlikely(size > HG_SIZE_MAX))
        return hg_refuse(&fast->heap, HG_REASON_TOO_LARGE, size);
    units = fast_units_for(size);
    payload = fast_allocate_waiting(fast, units, watched);
    if (payload)
        return payload;
    if (fast_is_small(size))
        return hg_fast_allocate_unslotted(fast, size);
    slot = fast_large_slot_for(fast, size);
    if (fast_unlikely(slot))
        return hg_fast_allocate_large_slot(fast, slot, (uint32_t)units);
    return watched ? hg_fast_allocate_watched(fast, units)
                   : hg_fast_allocate_near_best(fast, units);
}

/* Free a large block. What waits beside it would keep it from being merged. Always true. */
bool hg_fast_release_large(struct fast *fast, struct fast_block *block);

/* Free a block. Always true, so that what frees can end in it. */
FAST_PATH bool fast_release_block(struct fast *fast, struct fast_block *block, const bool watched)
{
    uint32_t units = block->units;

    fast_uncount(fast, block);
    if (watched)
        fast_tell(fast, HG_EVENT_RELEASE, block, units, 0);
    if (units > fast->quick_most) {
        if (fast_unlikely(units >= FAST_LARGE))
            return hg_fast_release_large(fast, block);
        return watched ? hg_fast_settle(fast, block) : hg_fast_settle_unwatched(fast, block);
    }
    if (fast_unlikely(!fast_quick_put(fast, block, units)))
        return hg_fast_quick_is_full(fast, block);
    if (watched)
        fast_tell_list(fast, HG_EVENT_PUSH, FAST_LIST_QUICK + units, block, units);
    return true;
}

/* Free a payload, a slot of `slab`, or, if that is NULL, of a block. Always true. */
FAST_PATH bool fast_release_from(struct fast *fast, struct fast_slab *slab, void *payload,
                                 const bool watched)
{
    if (!slab)
        return fast_release_block(fast, fast_block_of(payload), watched);
    if (fast_unlikely(!fast_slot_put(slab, payload)) || watched)
        return hg_fast_slot_freed(fast, payload, fast_payload(&slab->block));
    return true;
}

/* Free a payload. Always true. */
FAST_PATH bool fast_release(struct fast *fast, void *payload, const bool watched)
{
    return fast_release_from(fast, fast_slab_around(fast, payload), payload, watched);
}

#endif
