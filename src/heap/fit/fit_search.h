/* fit_search.h: the search: which free block a request gets, by one of the four fits. */
#ifndef HEAP_FIT_SEARCH_H
#define HEAP_FIT_SEARCH_H

#include "base/bits.h"
#include "heap/fit/fit_layout.h"

/* Bytes to skip at the start of `block` so that the need's payload is aligned: 0, or enough for a
 * free block of their own. */
static inline size_t fit_gap(const struct fit *fit, const struct fit_block *block,
                             const struct fit_need *need)
{
    uintptr_t payload = (uintptr_t)fit_payload(&fit->layout, block);
    uintptr_t aligned = bits_align_up(payload, need->alignment);

    if (aligned != payload)
        aligned = bits_align_up(payload + fit->layout.min_block, need->alignment);
    return aligned - payload;
}

/* The free block that the heap's fit chooses, NULL if none fits.
 *   cost     O(free blocks); by the roll where that takes long and there is one (fit_roll.h);
 *            best and worst look at all of them, or, where nobody watches, ask the index
 *            (fit_index.h) */
struct fit_block *hg_fit_search(struct fit *fit, const struct fit_need *need);

#endif
