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

/* The same; but the nursery is left alone. */
static struct fast_block *last_to_extend(const struct fast *fast)
{
    struct fast_block *last = last_free(fast);

    return last && last->units > fast_nursery_in(fast, last) ? last : NULL;
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
        fast_unlink(fast, last, had, HG_EVENT_TAKE, true);
        return last;
    }
    if (!fast_grow(fast, units - had))
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
    return fast->waiting || fast->spare;
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

/* The same for the first block on `list`, where the rest belongs, too: it takes its place. Nobody
 * sees which way it goes. */
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

/* The same for any block on `list`. */
static inline struct fast_block *take_from(struct fast *fast, struct fast_block *block,
                                           uint32_t list, uint32_t units)
{
    uint32_t rest = block->units - units;

    if (rest && !block->prev && fast_list_for(fast, rest) == list)
        return take_from_first(fast, block, list, units);
    if (fast_unchain(fast, block))
        fast_set_first(fast, list, block->next);
    return take(fast, block, units, false);
}

/* A free block for a request that the bins have nothing for: a loose one, or one of what was held
 * back. NULL if there is none. */
static struct fast_block *search_otherwise(struct fast *fast, uint32_t units)
{
    struct fast_block *block = NULL;

    if (fast_tables_are_due(fast)) {
        hg_fast_see_to_tables(fast);
        block = hg_fast_search(fast, units);
    } else if (fast->loose) {
        block = fast_search_loose(fast, units, true);
    }
    if (!block && holds_back(fast) && give_back(fast))
        block = hg_fast_search(fast, units);
    return block;
}

/* A used block at the end of the heap, where the break moves up by what is missing. NULL if it does
 * not. */
FAST_PATH struct fast_block *take_last(struct fast *fast, uint32_t units, const bool watched)
{
    size_t before = fast->heap.size;
    struct fast_block *block = extend(fast, last_to_extend(fast), units);

    if (!block)
        return NULL;
    fast_sample(fast, before, units);
    return take(fast, block, units, watched);
}

/* `units` of a block that was found, and is still on its list. */
static struct fast_block *take_found(struct fast *fast, struct fast_block *block, uint32_t units)
{
    fast_unlink(fast, block, block->units, HG_EVENT_TAKE, true);
    return take(fast, block, units, true);
}

struct fast_block *hg_fast_obtain(struct fast *fast, uint32_t units)
{
    struct fast_block *block = fast_search_bins(fast, units, fast_is_tlsf(fast), true).block;

    if (!block)
        block = search_otherwise(fast, units);
    return block ? take_found(fast, block, units) : take_last(fast, units, true);
}

struct fast_block *hg_fast_obtain_free(struct fast *fast, uint32_t units)
{
    struct fast_block *block = hg_fast_search(fast, units);

    return block ? take_found(fast, block, units) : NULL;
}

/* ---- Where nobody watches: each step ends in the next, so that none has to return ---- */

static FAST_DETOUR void *answer_from(struct fast *fast, struct fast_block *block, uint32_t list,
                                     uint32_t units)
{
    return fast_payload(take_from(fast, block, list, units));
}

/* A payload behind the last block, which is used. */
static FAST_DETOUR void *answer_from_break(struct fast *fast, uint32_t units)
{
    uint64_t size = fast_bytes(units);
    char *end = NULL;
    struct fast_block *block;

    if (fast->heap.size + size <= fast_bytes(FAST_MOST_GRAINS))
        end = hg_break_grow_unwatched(&fast->heap, size);
    if (!end)
        return hg_fast_refuse(fast, units);
    block = (struct fast_block *)(void *)(end - FAST_HEADER);
    fast_sample(fast, hg_offset(&fast->heap, end), units);
    block->units = units; /* its flags are those of the end marker */
    fast_write_end(fast, FAST_LEFT_USED);
    return fast_payload(block);
}

/* A payload in the last block, which is free, and behind it. */
static FAST_DETOUR void *answer_from_last(struct fast *fast, uint32_t units)
{
    struct fast_block *block = take_last(fast, units, false);

    return block ? fast_payload(block) : hg_fast_refuse(fast, units);
}

/* A payload at the end of the heap. */
static inline void *answer_from_end(struct fast *fast, uint32_t units)
{
    return fast_end(fast)->flags & FAST_LEFT_USED ? answer_from_break(fast, units)
                                                  : answer_from_last(fast, units);
}

/* A payload from what is held back, or from the end. */
static FAST_DETOUR void *answer_from_held_back(struct fast *fast, uint32_t units)
{
    struct fast_block *block = give_back(fast) ? hg_fast_search(fast, units) : NULL;

    return block ? answer_from(fast, block, fast_list_for(fast, block->units), units)
                 : answer_from_end(fast, units);
}

/* A payload for a request that no list has a block for. */
static inline void *answer_beside_lists(struct fast *fast, uint32_t units)
{
    return holds_back(fast) ? answer_from_held_back(fast, units) : answer_from_end(fast, units);
}

/* A payload from a loose block; or, if none fits, from elsewhere. */
static FAST_DETOUR void *answer_from_loose(struct fast *fast, uint32_t units)
{
    struct fast_block *block = fast_search_loose(fast, units, false);

    return block ? answer_from(fast, block, FAST_LOOSE, units) : answer_beside_lists(fast, units);
}

/* A payload after seeing to the tables: the lists may be others then. */
static FAST_DETOUR void *answer_with_tables(struct fast *fast, uint32_t units)
{
    struct fast_block *block;

    hg_fast_see_to_tables(fast);
    block = hg_fast_search(fast, units);
    return block ? answer_from(fast, block, fast_list_for(fast, block->units), units)
                 : answer_beside_lists(fast, units);
}

/* A payload for a request that the bins have nothing for. */
static inline void *answer_beside_bins(struct fast *fast, uint32_t units)
{
    if (fast_tables_are_due(fast))
        return answer_with_tables(fast, units);
    return fast->loose ? answer_from_loose(fast, units) : answer_beside_lists(fast, units);
}

/* A payload from `bin`, which is not empty, and has blocks of several sizes; or from a higher one,
 * or elsewhere. */
static FAST_DETOUR void *answer_from_best(struct fast *fast, uint32_t bin, uint32_t units)
{
    struct fast_found found = fast_best_from(fast, bin, units, false);

    return found.block ? answer_from(fast, found.block, found.list, units)
                       : answer_beside_bins(fast, units);
}

FAST_PATH void *answer(struct fast *fast, uint64_t wanted, const bool good_fit)
{
    uint32_t units = (uint32_t)wanted, bin = FAST_BINS;

    if (fast_unlikely(wanted >= FAST_MOST_GRAINS))
        return hg_fast_refuse(fast, wanted);
    if (fast->rows_in_use)
        bin = fast_bin_in_use(fast, units, good_fit);
    if (bin == FAST_BINS)
        return answer_beside_bins(fast, units);
    if (bin >= FAST_EXACT_BINS && !good_fit)
        return answer_from_best(fast, bin, units);
    return answer_from(fast, fast_block_at(fast, *fast_bin_head(fast, bin)), bin, units);
}

void *hg_fast_answer_near_best(struct fast *fast, uint64_t units)
{
    return answer(fast, units, false);
}

void *hg_fast_answer_good(struct fast *fast, uint64_t units)
{
    return answer(fast, units, true);
}

void *hg_fast_answer_from_free(struct fast *fast, uint32_t units)
{
    struct fast_found found = fast_search_bins(fast, units, false, false);

    if (!found.block)
        found = (struct fast_found){fast_search_loose(fast, units, false), FAST_LOOSE};
    return found.block ? answer_from(fast, found.block, found.list, units) : NULL;
}

bool hg_fast_can_find(struct fast *fast, uint32_t units)
{
    return hg_fast_search(fast, units) || (give_back(fast) && hg_fast_search(fast, units));
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

    return !block || fits(fast, block, need)
               ? block
               : hg_fast_search(fast, need->units + need->alignment - 1);
}

/* The last block, made to fit `need`, and on no list. */
static struct fast_block *extend_for(struct fast *fast, const struct fast_need *need)
{
    struct fast_block *last = last_free(fast);
    const struct fast_block *start = last ? last : fast_end(fast);

    if (!fits(fast, last, need))
        return extend(fast, last, (uint64_t)gap_in(fast, start, need) + need->units);
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
        right = may_grow && right->units == 0 ? extend(fast, NULL, units) : NULL;
    return right ? take(fast, right, units, true) : NULL;
}
