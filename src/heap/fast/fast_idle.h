/* fast_idle.h: the pages inside large free blocks, which the setting release gives back.
 *
 * fast->idle counts the pages of large free blocks, but for those that were discarded and not used
 * since: about how many take memory for nothing. When they are as many as release says, all are
 * discarded. Where release is never, nothing is counted. */
#ifndef HEAP_FAST_IDLE_H
#define HEAP_FAST_IDLE_H

#include "heap/fast/fast_layout.h"

#define FAST_LARGE ((uint32_t)HG_RELEASE_LEAST / FAST_GRAIN) /* grains */

enum { FAST_GRAINS_PER_PAGE = HG_PAGE / FAST_GRAIN };

/* `block`, large and of `units`, became free; its first and last grains had been free blocks of
 * `left_had` and `right_had`, or 0. Count what is new, and discard what is too much. */
void hg_fast_idle_merged(struct fast *fast, const struct fast_block *block, uint32_t units,
                         uint32_t left_had, uint32_t right_had);

/* A free block of `units` is no more. */
void hg_fast_idle_drop(struct fast *fast, uint32_t units);

/* Of all pages one after the other, those that end in the `units` from `block` on: what several
 * neighbours have adds up. */
static inline uint32_t fast_pages_in(const struct fast *fast, const struct fast_block *block,
                                     uint32_t units)
{
    uint64_t place = fast_place(fast, block);

    return (uint32_t)((place + units) / FAST_GRAINS_PER_PAGE - place / FAST_GRAINS_PER_PAGE);
}

static inline void fast_idle_lessen(struct fast *fast, uint32_t pages)
{
    uint32_t idle = fast->idle;

    fast->idle = (idle > pages ? idle - pages : 0) & FAST_IDLE_MOST;
}

/* The lower `units` of `block`, free, are to be used, or to go back. How many pages that is nobody
 * can foresee, so there is no branch for it. */
static inline void fast_idle_take(struct fast *fast, const struct fast_block *block, uint32_t units)
{
    uint32_t gone = block->units, rest = gone - units;

    if (fast_likely(gone < FAST_LARGE))
        return;
    gone -= rest < FAST_LARGE ? 0 : rest;
    fast_idle_lessen(fast, fast_pages_in(fast, block, gone));
}

/* Discard the whole pages of all free blocks of `least` grains or more. Returns whether there are
 * any. */
bool hg_fast_discard(struct fast *fast, uint32_t least);

#endif
