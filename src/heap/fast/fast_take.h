/* fast_take.h: making a used block of a free one, or of a part of it: one that was found on a list,
 * one in a certain place, or the last, with new memory.
 *
 * All of this reports what it does up to WHOLE or SPLIT; what the block is for, the caller says. */
#ifndef HEAP_FAST_TAKE_H
#define HEAP_FAST_TAKE_H

#include "heap/fast/fast_bins.h"
#include "heap/fast/fast_tags.h"

/* Make all of `block`, free and on no list, used. */
FAST_PATH void fast_take_whole(const struct fast *fast, struct fast_block *block, uint32_t units,
                               const unsigned known)
{
    struct fast_block *right = fast_right_of(block, units);

    block->flags |= FAST_USED;
    right->flags = (right->flags & ~(uint32_t)FAST_LEFT) | FAST_LEFT_USED;
    if (known & FAST_WATCHED)
        fast_tell(fast, HG_EVENT_WHOLE, block, units, 0);
}

/* Make the lower `units` of `block`, free and on no list, used. Returns what is to the right of
 * them, free and on no list. */
FAST_PATH struct fast_block *fast_split(const struct fast *fast, struct fast_block *block,
                                        uint32_t units, const unsigned known)
{
    uint32_t rest = block->units - units;
    struct fast_block *right = fast_right_of(block, units);

    block->units = units;
    block->flags |= FAST_USED;
    fast_write_free(right, rest, FAST_LEFT_USED);
    if (known & FAST_WATCHED)
        fast_tell(fast, HG_EVENT_SPLIT, block, units, fast_bytes(rest));
    return right;
}

/* Make the lower `units` of `block`, free and on no list, used; the rest, if any, becomes free. */
FAST_PATH struct fast_block *fast_take_unlisted(struct fast *fast, struct fast_block *block,
                                                uint32_t units, const unsigned known)
{
    uint32_t rest = block->units - units;

    if (rest)
        fast_push(fast, fast_split(fast, block, units, known), rest, known);
    else
        fast_take_whole(fast, block, units, known);
    return block;
}

/* The same of `block` on `list`. */
FAST_PATH struct fast_block *fast_take(struct fast *fast, struct fast_block *block, uint32_t list,
                                       uint32_t units, const unsigned known)
{
    if (known & FAST_WATCHED)
        fast_tell_list(fast, HG_EVENT_TAKE, list, block, block->units);
    fast_take_off(fast, block, list, known);
    return fast_take_unlisted(fast, block, units, known);
}

/* A payload in the lower `units` of the first block of `bin`, an exact one, which has one, of
 * segregated. Unreported. */
void *hg_fast_take_exact(struct fast *fast, uint32_t bin, uint32_t units);

/* ---- The last block ---- */

/* A used block of `units` at the end of the heap: the last free one, with what it lacks of new
 * memory; but the nursery is left alone. NULL if the break does not move. */
struct fast_block *hg_fast_take_last(struct fast *fast, uint32_t units);

/* ---- Certain places ---- */

/* A block that is wanted. Its place, counted from `base`, is a multiple of `alignment`. */
struct fast_need {
    uint32_t units;
    uint32_t alignment; /* in grains, a power of two */
    uint32_t base;
};

/* Whether a free block has room for `need`, as far as a search can tell. */
bool hg_fast_has_aligned(struct fast *fast, const struct fast_need *need);

/* A used block for `need`, of what is free or held back. NULL if there is none.
 *   may_grow  from the break, too */
struct fast_block *hg_fast_take_aligned(struct fast *fast, const struct fast_need *need,
                                        bool may_grow);

/* A used block of the `units` to the right of `block`: of a free block or, with `may_grow` and if
 * `block` is the last, from the break. NULL if they are not to be had. */
struct fast_block *hg_fast_take_right(struct fast *fast, const struct fast_block *block,
                                      uint32_t units, bool may_grow);

#endif
