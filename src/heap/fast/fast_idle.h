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

/* The lower `units` of `block`, large and free, are to be used, or to go back. */
void hg_fast_idle_take(struct fast *fast, const struct fast_block *block, uint32_t units);

/* A free block of `units` is no more. */
void hg_fast_idle_drop(struct fast *fast, uint32_t units);

/* Whether `block`, free, has a part in what is idle. */
static inline bool fast_is_idle(const struct fast *fast, const struct fast_block *block)
{
    return fast_unlikely(block->units >= FAST_LARGE) && fast->idle > 0;
}

/* As hg_fast_idle_take, for a free block of any size. */
static inline void fast_idle_take(struct fast *fast, const struct fast_block *block, uint32_t units)
{
    if (fast_is_idle(fast, block))
        hg_fast_idle_take(fast, block, units);
}

/* Discard the whole pages of all free blocks of `least` grains or more. Returns whether there are
 * any. */
bool hg_fast_discard(struct fast *fast, uint32_t least);

#endif
