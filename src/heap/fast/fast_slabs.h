/* fast_slabs.h: making slabs (fast_slots.h), where a size is popular, and answering requests with
 * their slots, or with blocks where there are none. */
#ifndef HEAP_FAST_SLABS_H
#define HEAP_FAST_SLABS_H

#include "heap/fast/fast_events.h"
#include "heap/fast/fast_slots.h"

/* A payload in a free slot of `slot` grains; NULL if no slab of its class has one. */
FAST_PATH void *fast_allocate_free_slot(struct fast *fast, uint32_t slot, const bool watched)
{
    void *payload = fast_slot_take(fast, slot);

    if (watched && payload && fast_is_watched(fast))
        hg_fast_tell_reused(fast, FAST_LIST_SLOTS + slot, payload, fast_bytes(slot));
    return payload;
}

/* Whether the class gets slabs when it needs them: they are on, and it is popular. */
bool hg_fast_has_slots(const struct fast *fast, uint32_t slot);

/* A payload of `size` bytes, for which no slab has a free slot: of a larger or a new slab; or in a
 * block, where the class is not popular, or there is room for a block only, or a free block is
 * there whose header costs nothing. NULL, and a refusal, if there is no memory. */
void *hg_fast_allocate_new_slot(struct fast *fast, size_t size);

/* Whether a small payload of `size` bytes, of which there are no slots, had better be one. */
static inline bool fast_may_want_slot(const struct fast *fast, size_t size)
{
    return fast_is_dear(size) || fast->small == FAST_ALL_SMALL;
}

/* A payload of `size` bytes, small, of which there are no slots, and for which no block waits: in a
 * block, or, if its size has become popular, in the first of its slots. */
void *hg_fast_allocate_unslotted(struct fast *fast, size_t size);

/* A payload of `size` bytes, for a large slot: a free one, or a new one as above. */
void *hg_fast_allocate_large_slot(struct fast *fast, size_t size);

#endif
