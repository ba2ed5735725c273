/* fast_payloads.c: see fast_payloads.h. */
#include "heap/fast/fast_payloads.h"

#include "heap/fast/fast_short.h"
#include "heap/fast/fast_take.h"

/* ---- Allocating ---- */

/* The slot for a payload of `size` bytes, in grains; 0 if a block holds it. */
static uint32_t slot_for(const struct fast *fast, size_t size)
{
    uint32_t slot = fast_is_slotted(fast->slotted, size) ? fast_small_slot(size) : 0;
    bool may_be_slot = !slot && !fast_quick_has(fast, fast_units_for(size));

    if (may_be_slot && fast_is_small(size))
        slot = fast_may_want_slot(fast, size) ? fast_slot_grains(size) : 0;
    else if (may_be_slot)
        slot = fast_large_slot_for(fast, size);
    return slot && hg_fast_has_slots(fast, slot) ? slot : 0;
}

uint64_t hg_fast_wanted(const struct fast *fast, size_t size)
{
    uint32_t slot = fast_is_tlsf(fast) ? 0 : slot_for(fast, size);

    return slot ? fast_bytes(slot) : fast_units_for(size) * FAST_GRAIN;
}

FAST_PATH void *allocate_tlsf(struct fast *fast, size_t size, const bool watched)
{
    uint64_t units = fast_units_for(size);

    return watched ? hg_fast_allocate_watched(fast, units) : hg_fast_allocate_good(fast, units);
}

static void *allocate_watched(struct fast *fast, size_t size)
{
    return fast_is_tlsf(fast) ? allocate_tlsf(fast, size, true) : fast_allocate(fast, size, true);
}

/* A payload for a request, which is reported. */
static FAST_DETOUR void *answer_watched(struct fast *fast, size_t size)
{
    hg_emit_at(&fast->heap, HG_EVENT_REQUEST, NULL, size, hg_fast_wanted(fast, size));
    return allocate_watched(fast, size);
}

void *hg_fast_segregated_allocate(struct hg_heap *heap, size_t size)
{
    struct fast *fast = fast_of(heap);

    return fast_is_watched(fast) ? answer_watched(fast, size) : fast_allocate(fast, size, false);
}

void *hg_fast_tlsf_allocate(struct hg_heap *heap, size_t size)
{
    struct fast *fast = fast_of(heap);

    return fast_is_watched(fast) ? answer_watched(fast, size) : allocate_tlsf(fast, size, false);
}

void *hg_fast_allocate(struct fast *fast, size_t size)
{
    if (fast_is_watched(fast))
        return allocate_watched(fast, size);
    return fast_is_tlsf(fast) ? allocate_tlsf(fast, size, false) : fast_allocate(fast, size, false);
}

/* To a grain all payloads are aligned. */
void *hg_fast_allocate_aligned(struct hg_heap *heap, size_t size, size_t alignment)
{
    struct fast *fast = fast_of(heap);
    uint64_t units = fast_units_for(size), grains = alignment / FAST_GRAIN;
    struct fast_need need = {.units = (uint32_t)units, .alignment = (uint32_t)grains};
    struct fast_block *block;

    if (grains <= 1)
        return fast_is_tlsf(fast) ? hg_fast_tlsf_allocate(heap, size)
                                  : hg_fast_segregated_allocate(heap, size);
    need.base = (uint32_t)((uintptr_t)fast / FAST_GRAIN);
    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, units * FAST_GRAIN);
    if (units + grains > FAST_MOST_GRAINS)
        return hg_fast_refuse(fast, units + grains);
    block = hg_fast_take_aligned(fast, &need, true);
    if (!block)
        return hg_fast_refuse(fast, units);
    fast_tell(fast, HG_EVENT_HANDOVER, block, block->units, 0);
    return fast_payload(block);
}

/* ---- Freeing ---- */

/* Whether all that waits is to be merged for a large block: a very large one should find whatever
 * can be, if that is not little beside it, since not much else is as large. */
static inline bool is_worth_emptying(const struct fast *fast, const struct fast_block *block)
{
    enum { VERY_LARGE = 256 * 1024 / FAST_GRAIN, PART = 64 };

    return block->units >= VERY_LARGE && fast_quick_waiting(fast) >= block->units / PART;
}

FAST_DETOUR bool hg_fast_release_large(struct fast *fast, struct fast_block *block)
{
    if (fast_right(block)->flags & FAST_QUICK || is_worth_emptying(fast, block))
        hg_fast_quick_empty(fast);
    return hg_fast_settle(fast, block);
}

static FAST_DETOUR bool release_watched(struct fast *fast, void *payload)
{
    return fast_release(fast, payload, true);
}

bool hg_fast_segregated_release(struct hg_heap *heap, void *payload)
{
    struct fast *fast = fast_of(heap);

    return fast_is_watched(fast) ? release_watched(fast, payload)
                                 : fast_release(fast, payload, false);
}

bool hg_fast_tlsf_release(struct hg_heap *heap, void *payload)
{
    struct fast *fast = fast_of(heap);
    struct fast_block *block = fast_block_of(payload);

    return fast_is_watched(fast) ? hg_fast_release(fast, block) : hg_fast_settle_tlsf(fast, block);
}

size_t hg_fast_usable_size(const struct hg_heap *heap, const void *payload)
{
    const struct fast *fast = (const struct fast *)heap;
    const struct fast_slab *slab = fast_slab_around(fast, payload);

    if (slab)
        return fast_bytes(fast_slot_of(slab));
    return fast_bytes(fast_block_of(payload)->units) - FAST_HEADER;
}
