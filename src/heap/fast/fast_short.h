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

/* A payload of `size` bytes in a small slot. */
FAST_PATH void *fast_allocate_slot(struct fast *fast, size_t size, const bool watched)
{
    void *payload = fast_allocate_free_slot(fast, fast_small_slot(size), watched);

    return fast_likely(payload) ? payload : hg_fast_allocate_new_slot(fast, size);
}

/* A payload of `size` bytes of which there are no small slots: a block that waits, a large slot, or
 * another block. No heap has more than HG_SIZE_MAX, which is refused. */
FAST_PATH void *fast_allocate_unslotted(struct fast *fast, size_t size, const bool watched)
{
    uint64_t units;
    void *payload;

    if (!watched && fast_unlikely(size > HG_SIZE_MAX))
        return hg_refuse(&fast->heap, HG_REASON_TOO_LARGE, size);
    units = fast_units_for(size);
    payload = fast_allocate_waiting(fast, units, watched);
    if (payload)
        return payload;
    if (fast_is_small(size))
        return hg_fast_allocate_unslotted(fast, size);
    if (fast_unlikely(fast_large_slot_for(fast, size)))
        return hg_fast_allocate_large_slot(fast, size);
    return watched ? hg_fast_allocate_watched(fast, units)
                   : hg_fast_allocate_near_best(fast, units);
}

/* A payload of `size` bytes. */
FAST_PATH void *fast_allocate(struct fast *fast, size_t size, const bool watched)
{
    return fast_is_slotted(fast->slotted, size) ? fast_allocate_slot(fast, size, watched)
                                                : fast_allocate_unslotted(fast, size, watched);
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

/* ---- From outside: hg_malloc and hg_free ---- */

/* A payload of `size` bytes of any heap. Whether its size goes straight to a slot says more than
 * which policy it is, and is asked first: with gcc 12 a slot takes 24 instructions, of which none
 * jumps, and to free it 27. Where it was two jumps away, programs of many slots took 1.03 to 1.05
 * of the time. */
FAST_PATH void *fast_malloc(struct hg_heap *heap, size_t size)
{
    if (fast_is_slotted(heap->straight_slots, size))
        return fast_allocate_slot(fast_of(heap), size, false);
    return fast_likely(heap->straight) ? fast_allocate_unslotted(fast_of(heap), size, false)
                                       : hg_engine_allocate(heap, size);
}

/* Free a payload of any heap; NULL is none. Always true. */
FAST_PATH bool fast_free(struct hg_heap *heap, void *payload)
{
    struct fast_slab *slab;

    if (fast_unlikely(!heap->straight))
        return hg_engine_release(heap, payload);
    slab = fast_slab_around(fast_of(heap), payload); /* NULL is on none of its pages */
    return !slab && fast_unlikely(!payload)
               ? true
               : fast_release_from(fast_of(heap), slab, payload, false);
}

#endif
