/* fast_take.c: see fast_take.h. */
#include "heap/fast/fast_take.h"

#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_growth.h"
#include "heap/fast/fast_idle.h"
#include "heap/fast/fast_room.h"
#include "heap/fast/fast_search.h"

void *hg_fast_take_exact(struct fast *fast, uint32_t bin, uint32_t units)
{
    struct fast_block *block = fast_pop_exact(fast, bin);
    uint32_t rest = bin - units;

    if (rest)
        fast_push_exact(fast, fast_split(fast, block, units, FAST_PLAIN), rest);
    else
        fast_take_whole(fast, block, units, FAST_PLAIN);
    return fast_payload(block);
}

/* ---- The last block ---- */

/* The free block that ends the heap; NULL if there is none. */
static struct fast_block *last_free(const struct fast *fast)
{
    const struct fast_block *end = fast_end(fast);

    return end->flags & FAST_LEFT_USED ? NULL : fast_left(end);
}

/* Make `last`, free and the last block, large enough for `units`, by new memory if need be: a
 * search that rounds up does not see that it is. If it is NULL, all of the block is new. Returns
 * it, free and on no list, with a header only. */
static struct fast_block *extend(struct fast *fast, struct fast_block *last, uint64_t units)
{
    struct fast_block *fresh = fast_end(fast);
    struct fast_block *block = last ? last : fresh;
    uint32_t had = last ? last->units : 0, left = block->flags & FAST_LEFT;

    if (last && had >= units) {
        fast_unlink(fast, last, had, HG_EVENT_TAKE, FAST_WATCHED);
        return last;
    }
    if (!fast_grow(fast, units - had))
        return NULL;
    fast_tell(fast, HG_EVENT_FRESH, fresh, (uint32_t)units - had, 0);
    if (last) {
        fast_unlink(fast, last, had, HG_EVENT_UNLINK, FAST_WATCHED);
        fast_tell(fast, HG_EVENT_MERGE_LEFT, last, (uint32_t)units, fast_bytes(had));
    }
    block->units = (uint32_t)units;
    block->flags = left;
    /* so that no more are taken from it than there were */
    if (units >= FAST_LARGE && fast_counts_idle(fast))
        hg_fast_idle_merged(fast, block, (uint32_t)units, had, 0);
    return block;
}

struct fast_block *hg_fast_take_last(struct fast *fast, uint32_t units)
{
    struct fast_block *last = last_free(fast), *block;

    if (last && last->units <= fast_nursery_in(fast, last))
        last = NULL;
    block = extend(fast, last, units);
    if (!block)
        return NULL;
    fast_sample(fast, units);
    fast_idle_take(fast, block, units);
    return fast_take_unlisted(fast, block, units, FAST_WATCHED);
}

/* ---- Certain places ---- */

/* The grains below the first place in `block` that suits `need`. */
static uint32_t gap_in(const struct fast *fast, const struct fast_block *block,
                       const struct fast_need *need)
{
    return (0u - need->base - fast_place(fast, block)) & (need->alignment - 1);
}

static bool fits(const struct fast *fast, const struct fast_block *block,
                 const struct fast_need *need)
{
    return block && (uint64_t)gap_in(fast, block, need) + need->units <= block->units;
}

/* A free block for `need`, still on its list; NULL if none is found. Either the best fit is in a
 * suitable place, or it must have room for the largest gap. */
static struct fast_block *search(struct fast *fast, const struct fast_need *need)
{
    struct fast_block *block = hg_fast_search(fast, need->units).block;

    return !block || fits(fast, block, need)
               ? block
               : hg_fast_search(fast, need->units + need->alignment - 1).block;
}

bool hg_fast_has_aligned(struct fast *fast, const struct fast_need *need)
{
    return search(fast, need);
}

/* The last block, made to fit `need`, and on no list. */
static struct fast_block *extend_for(struct fast *fast, const struct fast_need *need)
{
    struct fast_block *last = last_free(fast);
    const struct fast_block *start = last ? last : fast_end(fast);

    if (!fits(fast, last, need))
        return extend(fast, last, (uint64_t)gap_in(fast, start, need) + need->units);
    fast_unlink(fast, last, last->units, HG_EVENT_TAKE, FAST_WATCHED);
    return last;
}

/* Make the lower `gap` grains of `block`, free and on no list, a free block. Returns the rest. */
static struct fast_block *skip(struct fast *fast, struct fast_block *block, uint32_t gap)
{
    struct fast_block *upper = fast_right_of(block, gap);
    uint32_t rest = block->units - gap;

    if (gap == 0)
        return block;
    fast_tell(fast, HG_EVENT_SPLIT, block, gap, fast_bytes(rest));
    upper->units = rest;
    upper->flags = 0;
    hg_fast_make_free(fast, block, gap, block->flags & FAST_LEFT);
    return upper;
}

struct fast_block *hg_fast_take_aligned(struct fast *fast, const struct fast_need *need,
                                        bool may_grow)
{
    struct fast_block *block = search(fast, need);

    if (!block && (may_grow ? hg_fast_make_room(fast, need->units) : hg_fast_give_back(fast)))
        block = search(fast, need);
    if (!block && may_grow)
        block = hg_fast_search_well(fast, need->units + need->alignment - 1).block;
    if (block)
        fast_unlink(fast, block, block->units, HG_EVENT_TAKE, FAST_WATCHED);
    else if (may_grow)
        block = extend_for(fast, need);
    if (!block)
        return NULL;
    block = skip(fast, block, gap_in(fast, block, need));
    fast_idle_take(fast, block, need->units);
    return fast_take_unlisted(fast, block, need->units, FAST_WATCHED);
}

struct fast_block *hg_fast_take_right(struct fast *fast, const struct fast_block *block,
                                      uint32_t units, bool may_grow)
{
    struct fast_block *right = fast_right(block);

    if (!fast_is_used(right) && right->units >= units)
        fast_unlink(fast, right, right->units, HG_EVENT_TAKE, FAST_WATCHED);
    else
        right = may_grow && right->units == 0 ? extend(fast, NULL, units) : NULL;
    if (!right)
        return NULL;
    fast_idle_take(fast, right, units);
    return fast_take_unlisted(fast, right, units, FAST_WATCHED);
}
