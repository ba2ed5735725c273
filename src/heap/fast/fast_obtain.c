/* fast_obtain.c: where a block comes from: a bin, what is held back, or the break. */
#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_quick.h"
#include "heap/fast/fast_search.h"
#include "heap/fast/fast_slabs.h"
#include "heap/fast/fast_tables.h"
#include "heap/fast/fast_tags.h"

/* The free block that ends the heap; NULL if there is none. */
static struct fast_block *last_free(const struct fast *fast)
{
    const struct fast_block *end = fast_end(fast);

    return end->flags & FAST_LEFT_USED ? NULL : fast_left(end);
}

/* Make the last block large enough for `units`, by new memory if need be: a search that rounds up
 * does not see that it is. Returns it, free and on no list, with a header only. */
static struct fast_block *extend(struct fast *fast, uint64_t units)
{
    struct fast_block *fresh = fast_end(fast), *last = last_free(fast);
    struct fast_block *block = last ? last : fresh;
    uint32_t had = last ? last->units : 0, left = block->flags & FAST_LEFT;

    if (last && had >= units) {
        fast_unlink(fast, last, had, HG_EVENT_TAKE, true);
        return last;
    }
    if (!hg_fast_grow(fast, units - had))
        return NULL;
    fast_tell(fast, HG_EVENT_FRESH, fresh, (uint32_t)units - had, 0);
    if (last) {
        fast_unlink(fast, last, had, HG_EVENT_UNLINK, true);
        fast_tell(fast, HG_EVENT_MERGE_LEFT, last, (uint32_t)units, fast_bytes(had));
    }
    block->units = (uint32_t)units;
    block->flags = left;
    return block;
}

/* Whether something may be held back: on quick lists, or as spare slabs. */
static inline bool holds_back(const struct fast *fast)
{
    return fast->waiting || fast_spare_slabs(fast);
}

/* Make free blocks of it. False if there was nothing. */
static bool give_back(struct fast *fast)
{
    bool had_any = hg_fast_quick_empty(fast);

    return hg_fast_slabs_give_back(fast) || had_any;
}

/* ---- Taking ---- */

/* Make the lower `units` of `block`, free and on no list, used; the rest, if any, becomes free. */
FAST_PATH struct fast_block *take(struct fast *fast, struct fast_block *block, uint32_t units,
                                  const bool watched)
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

/* The same for the first block on `list`, where the rest belongs, too: it takes its place. */
static inline struct fast_block *take_from_first(struct fast *fast, struct fast_block *block,
                                                 uint32_t list, uint32_t units)
{
    struct fast_block *rest = fast_right_of(block, units);
    uint32_t next = block->next, place = fast_place(fast, rest);

    fast_write_free(rest, block->units - units, FAST_LEFT_USED);
    rest->next = next;
    rest->prev = 0;
    *fast_head(fast, list) = place;
    if (next)
        fast_block_at(fast, next)->prev = place;
    block->units = units;
    block->flags |= FAST_USED;
    return block;
}

/* The same for any block on `list`. Nobody sees which way it goes. */
FAST_PATH struct fast_block *take_from(struct fast *fast, struct fast_block *block, uint32_t list,
                                       uint32_t units, const bool watched)
{
    uint32_t rest = block->units - units;

    if (watched) {
        fast_unlink(fast, block, block->units, HG_EVENT_TAKE, true);
        return take(fast, block, units, true);
    }
    if (rest && !block->prev && fast_list_for(fast, rest) == list)
        return take_from_first(fast, block, list, units);
    if (fast_unchain(fast, block))
        fast_set_first(fast, list, block->next);
    return take(fast, block, units, false);
}

/* A used block from the break. */
FAST_PATH struct fast_block *take_from_break(struct fast *fast, uint32_t units, const bool watched)
{
    struct fast_block *block = fast_end(fast);
    size_t before = fast->heap.size;

    if (watched || !(block->flags & FAST_LEFT_USED)) {
        block = extend(fast, units);
        if (block)
            block = take(fast, block, units, watched);
    } else if (hg_fast_grow(fast, units)) {
        fast_write_used(block, units, FAST_LEFT_USED);
    } else {
        return NULL;
    }
    fast_sample(fast, before, units);
    return block;
}

/* A used block for a request that the bins have nothing for: a loose one, or, if nothing is held
 * back, one from the break. */
FAST_PATH struct fast_block *obtain_otherwise(struct fast *fast, uint32_t units, const bool watched)
{
    struct fast_block *block = NULL;

    if (fast_tables_are_due(fast)) {
        hg_fast_see_to_tables(fast);
        block = hg_fast_search(fast, units);
    } else if (fast->loose) {
        block = fast_search_loose(fast, units, watched);
    }
    if (!block && holds_back(fast) && give_back(fast))
        block = hg_fast_search(fast, units);
    if (!block)
        return take_from_break(fast, units, watched);
    return take_from(fast, block, fast_list_for(fast, block->units), units, watched);
}

static FAST_DETOUR struct fast_block *obtain_otherwise_unwatched(struct fast *fast, uint32_t units)
{
    return obtain_otherwise(fast, units, false);
}

FAST_PATH struct fast_block *obtain(struct fast *fast, uint32_t units, const bool good_fit,
                                    const bool watched)
{
    struct fast_found found = fast_search_bins(fast, units, good_fit, watched);

    if (fast_likely(found.block))
        return take_from(fast, found.block, found.list, units, watched);
    return watched ? obtain_otherwise(fast, units, true) : obtain_otherwise_unwatched(fast, units);
}

struct fast_block *hg_fast_obtain_near_best(struct fast *fast, uint32_t units)
{
    return obtain(fast, units, false, false);
}

struct fast_block *hg_fast_obtain_good(struct fast *fast, uint32_t units)
{
    return obtain(fast, units, true, false);
}

struct fast_block *hg_fast_obtain(struct fast *fast, uint32_t units)
{
    bool good_fit = fast_is_tlsf(fast);

    if (fast_is_watched(fast))
        return obtain(fast, units, good_fit, true);
    return good_fit ? hg_fast_obtain_good(fast, units) : hg_fast_obtain_near_best(fast, units);
}

bool hg_fast_has_exactly(const struct fast *fast, uint32_t units)
{
    if (units <= fast->quick_most && fast_quick(fast)[units])
        return true;
    return units < fast->bin_count && fast_rows(fast)[0].heads[units];
}

/* ---- Blocks in certain places ---- */

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
    struct fast_block *block = hg_fast_search(fast, need->units);

    return fits(fast, block, need) ? block
                                   : hg_fast_search(fast, need->units + need->alignment - 1);
}

/* The last block, made to fit `need`, and on no list. */
static struct fast_block *extend_for(struct fast *fast, const struct fast_need *need)
{
    struct fast_block *last = last_free(fast);
    const struct fast_block *start = last ? last : fast_end(fast);

    if (!fits(fast, last, need))
        return extend(fast, (uint64_t)gap_in(fast, start, need) + need->units);
    fast_unlink(fast, last, last->units, HG_EVENT_TAKE, true);
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

struct fast_block *hg_fast_obtain_aligned(struct fast *fast, const struct fast_need *need,
                                          bool may_grow)
{
    struct fast_block *block = search(fast, need);

    if (!block && give_back(fast))
        block = search(fast, need);
    if (block)
        fast_unlink(fast, block, block->units, HG_EVENT_TAKE, true);
    else if (may_grow)
        block = extend_for(fast, need);
    return block ? take(fast, skip(fast, block, gap_in(fast, block, need)), need->units, true)
                 : NULL;
}

struct fast_block *hg_fast_obtain_right(struct fast *fast, const struct fast_block *block,
                                        uint32_t units, bool may_grow)
{
    struct fast_block *right = fast_right(block);

    if (!fast_is_used(right) && right->units >= units)
        fast_unlink(fast, right, right->units, HG_EVENT_TAKE, true);
    else
        right = may_grow && right->units == 0 ? extend(fast, units) : NULL;
    return right ? take(fast, right, units, true) : NULL;
}
