/* fast_take.h: making a used block of a free one, or of a part of it: one that was found on a list,
 * one in a certain place, or the last, with new memory.
 *
 * All of this reports what it does up to WHOLE or SPLIT; what the block is for, the caller says. */
#ifndef HEAP_FAST_TAKE_H
#define HEAP_FAST_TAKE_H

#include "heap/fast/fast_bins.h"
#include "heap/fast/fast_tags.h"

/* Make the lower `units` of `block`, free and on no list, used; the rest, if any, becomes free. */
FAST_PATH struct fast_block *fast_take_unlisted(struct fast *fast, struct fast_block *block,
                                                uint32_t units, const bool watched)
{
    uint32_t rest = block->units - units;
    struct fast_block *right = fast_right_of(block, units);

    block->flags |= FAST_USED;
    if (rest) {
        block->units = units;
        if (watched)
            fast_tell(fast, HG_EVENT_SPLIT, block, units, fast_bytes(rest));
        fast_write_free(right, rest, FAST_LEFT_USED);
        fast_push(fast, right, rest, watched);
    } else {
        right->flags = (right->flags & ~(uint32_t)FAST_LEFT) | FAST_LEFT_USED;
        if (watched)
            fast_tell(fast, HG_EVENT_WHOLE, block, units, 0);
    }
    return block;
}

/* Put `rest`, on no list, in the place of `block`, the first on `list`, where both belong. */
FAST_PATH void fast_replace_first(struct fast *fast, const struct fast_block *block, uint32_t list,
                                  struct fast_block *rest)
{
    uint32_t next = block->next, place = fast_place(fast, rest);

    rest->next = next;
    rest->prev = 0;
    *fast_head(fast, list) = place;
    if (next)
        fast_block_at(fast, next)->prev = place;
}

/* Make the lower `units` of `block`, on `list`, used. Where the rest belongs on that list too, it
 * takes the place of the first, so that no list has to be found out to be empty. */
FAST_PATH struct fast_block *fast_take(struct fast *fast, struct fast_block *block, uint32_t list,
                                       uint32_t units, const bool watched)
{
    uint32_t rest = block->units - units;
    struct fast_block *right = fast_right_of(block, units);

    if (watched)
        fast_tell_list(fast, HG_EVENT_TAKE, list, block, block->units);
    if (!rest || block->prev || fast_list_for(fast, rest) != list) {
        if (fast_unchain(fast, block))
            fast_set_first(fast, list, block->next);
        return fast_take_unlisted(fast, block, units, watched);
    }
    fast_write_free(right, rest, FAST_LEFT_USED);
    fast_replace_first(fast, block, list, right);
    block->units = units;
    block->flags |= FAST_USED;
    if (watched) {
        fast_tell(fast, HG_EVENT_SPLIT, block, units, fast_bytes(rest));
        fast_tell_list(fast, HG_EVENT_PUSH, list, right, rest);
    }
    return block;
}

/* ---- What is held back ---- */

/* Whether something may be held back: on quick lists, or as spare slabs. */
static inline bool fast_holds_back(const struct fast *fast)
{
    return fast->waiting || fast->spare;
}

/* Make free blocks of it. False if there was nothing. */
bool hg_fast_give_back(struct fast *fast);

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

/* A used block for `need`, of what is free or held back. NULL if there is none.
 *   may_grow  from the break, too */
struct fast_block *hg_fast_take_aligned(struct fast *fast, const struct fast_need *need,
                                        bool may_grow);

/* A used block of the `units` to the right of `block`: of a free block or, with `may_grow` and if
 * `block` is the last, from the break. NULL if they are not to be had. */
struct fast_block *hg_fast_take_right(struct fast *fast, const struct fast_block *block,
                                      uint32_t units, bool may_grow);

#endif
