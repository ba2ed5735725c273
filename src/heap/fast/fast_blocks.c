/* fast_blocks.c: the layer of boundary tags: splitting, merging, and the break. */
#include "heap/fast/fast_quick.h"
#include "heap/fast/fast_search.h"
#include "heap/fast/fast_slabs.h"

/* ---- Tags ---- */

/* Write the header of a used block, and tell its right neighbour. */
static inline void write_used(struct fast_block *block, uint32_t units, uint32_t left)
{
    struct fast_block *right = fast_right_of(block, units);

    block->units = units;
    block->flags = FAST_USED | left;
    right->flags = (right->flags & ~(uint32_t)FAST_LEFT) | FAST_LEFT_USED;
}

/* Write the tags of a free block, and tell its right neighbour. */
static inline void write_free(struct fast_block *block, uint32_t units, uint32_t left)
{
    struct fast_block *right = fast_right_of(block, units);

    block->units = units;
    block->flags = left;
    if (units > 1) {
        right->flags &= ~(uint32_t)FAST_LEFT;
        *fast_footer_before(right) = units;
    } else {
        right->flags = (right->flags & ~(uint32_t)FAST_LEFT) | FAST_LEFT_MINIMAL;
    }
}

void hg_fast_make_free(struct fast *fast, struct fast_block *block, uint32_t units, uint32_t left)
{
    write_free(block, units, left);
    fast_push(fast, block, units, true);
}

/* ---- The break ---- */

/* Move the break up by `units`. The new memory is the caller's; the end marker stands behind it. */
static bool grow(struct fast *fast, uint64_t units)
{
    if (units > FAST_MOST_GRAINS - fast->heap.size / FAST_GRAIN ||
        !hg_break_grow(&fast->heap, units * FAST_GRAIN))
        return false;
    fast_end(fast)->units = 0;
    fast_end(fast)->flags = FAST_USED;
    return true;
}

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
    if (!grow(fast, units - had))
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

/* Whether `block`, free, ends the heap and is worth giving back to the system. A small part of the
 * heap is not: it would be asked for again soon. */
static inline bool is_for_trim(const struct fast *fast, const struct fast_block *block)
{
    enum { PART = 8 };
    uint64_t size = fast_bytes(block->units);

    return fast_right(block)->units == 0 && size >= fast->heap.settings.trim &&
           size >= fast->heap.size / PART;
}

/* Give `block`, the last, free and on no list, back to the system; false if that takes none. */
static FAST_DETOUR bool trim(struct fast *fast, struct fast_block *block)
{
    uint32_t left = block->flags & FAST_LEFT;

    if (!hg_break_trim(&fast->heap, fast_bytes(block->units)))
        return false;
    block->units = 0;
    block->flags = FAST_USED | left;
    return true;
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
        write_free(right, rest, FAST_LEFT_USED);
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

    write_free(rest, block->units - units, FAST_LEFT_USED);
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
    } else if (grow(fast, units)) {
        write_used(block, units, FAST_LEFT_USED);
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

/* ---- Giving back ---- */

FAST_PATH void settle(struct fast *fast, struct fast_block *block, const bool watched)
{
    uint32_t units = block->units, left = block->flags & FAST_LEFT;
    struct fast_block *right = fast_right_of(block, units);

    if (!fast_is_used(right)) {
        uint32_t taken = right->units;

        units += taken;
        fast_unlink(fast, right, taken, HG_EVENT_UNLINK, watched);
        if (watched)
            fast_tell(fast, HG_EVENT_MERGE_RIGHT, block, units, fast_bytes(taken));
    }
    if (!(left & FAST_LEFT_USED)) {
        uint32_t taken;

        block = fast_left(block);
        taken = block->units;
        units += taken;
        left = block->flags & FAST_LEFT;
        fast_unlink(fast, block, taken, HG_EVENT_UNLINK, watched);
        if (watched)
            fast_tell(fast, HG_EVENT_MERGE_LEFT, block, units, fast_bytes(taken));
    }
    write_free(block, units, left);
    if (fast_likely(!is_for_trim(fast, block)) || !trim(fast, block))
        fast_push(fast, block, units, watched);
}

static FAST_DETOUR void settle_watched(struct fast *fast, struct fast_block *block)
{
    settle(fast, block, true);
}

void hg_fast_settle(struct fast *fast, struct fast_block *block)
{
    if (fast_is_watched(fast))
        settle_watched(fast, block);
    else
        settle(fast, block, false);
}

void hg_fast_release(struct fast *fast, struct fast_block *block)
{
    fast_tell(fast, HG_EVENT_RELEASE, block, block->units, 0);
    hg_fast_settle(fast, block);
}

void hg_fast_cut(struct fast *fast, struct fast_block *block, uint32_t units)
{
    uint32_t rest = block->units - units;
    struct fast_block *cut = fast_right_of(block, units);

    fast_tell(fast, HG_EVENT_SPLIT, block, units, fast_bytes(rest));
    block->units = units;
    cut->units = rest;
    cut->flags = FAST_USED | FAST_LEFT_USED;
    hg_fast_release(fast, cut);
}

/* Take the free block to the right of `block`, and `grown` units of new memory behind that, into
 * `block`, used. Either may be 0. */
FAST_PATH void absorb(struct fast *fast, struct fast_block *block, uint32_t taken, uint32_t grown,
                      const bool watched)
{
    struct fast_block *right = fast_right(block);
    uint32_t units = block->units + taken + grown;

    if (watched && grown)
        fast_tell(fast, HG_EVENT_FRESH, fast_right_of(right, taken), grown, 0);
    if (taken)
        fast_unlink(fast, right, taken, HG_EVENT_UNLINK, watched);
    if (watched && taken && grown)
        fast_tell(fast, HG_EVENT_MERGE_LEFT, right, taken + grown, fast_bytes(taken));
    if (watched)
        fast_tell(fast, HG_EVENT_ABSORB, block, units, fast_bytes(taken + grown));
    write_used(block, units, block->flags & FAST_LEFT);
}

static FAST_DETOUR void absorb_watched(struct fast *fast, struct fast_block *block, uint32_t taken,
                                       uint32_t grown)
{
    absorb(fast, block, taken, grown, true);
}

bool hg_fast_enlarge(struct fast *fast, struct fast_block *block, uint32_t units)
{
    const struct fast_block *right = fast_right(block);
    uint32_t taken = fast_is_used(right) ? 0 : right->units, grown = 0;

    if (block->units + (uint64_t)taken < units) {
        if (fast_right_of(right, taken)->units > 0)
            return false;
        grown = units - block->units - taken;
        if (!grow(fast, grown))
            return false;
        fast_sample(fast, fast->heap.size - fast_bytes(grown), units);
    }
    if (fast_is_watched(fast))
        absorb_watched(fast, block, taken, grown);
    else
        absorb(fast, block, taken, grown, false);
    if (block->units > units)
        hg_fast_cut(fast, block, units);
    return true;
}
