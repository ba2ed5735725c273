/* fast_blocks.c: see fast_blocks.h. */
#include "heap/fast/fast_blocks.h"

#include <string.h>

#include "heap/fast/fast_growth.h"
#include "heap/fast/fast_idle.h"
#include "heap/fast/fast_take.h"

void hg_fast_make_free(struct fast *fast, struct fast_block *block, uint32_t units, uint32_t left)
{
    fast_write_free(block, units, left);
    fast_push(fast, block, units, FAST_WATCHED);
}

/* ---- Giving back ---- */

/* Whether `block`, free and of `units`, ends the heap and is worth giving back to the system. A
 * small part of the heap is not: it would be asked for again soon. */
static inline bool is_for_trim(const struct fast *fast, const struct fast_block *block,
                               uint32_t units)
{
    enum { PART = 8 };
    uint64_t size = fast_bytes(units);

    return fast_right_of(block, units)->units == 0 && size >= fast->trim &&
           size >= fast->heap.size / PART;
}

/* Give `block`, the last, free and on no list, back to the system, but for the nursery and `kept`
 * units, and list what it has then. Always true. */
static FAST_DETOUR bool trim(struct fast *fast, struct fast_block *block, uint32_t kept)
{
    uint32_t units = block->units, nursery = fast_nursery_in(fast, block);
    uint32_t left = block->flags & FAST_LEFT;

    if (kept < nursery)
        kept = nursery;
    if (units > kept && hg_break_trim(&fast->heap, fast_bytes(units - kept))) {
        fast_write_end(fast, left);
        if (kept > 0)
            fast_write_free(block, kept, left);
        units = kept;
    }
    if (units > 0)
        fast_push(fast, block, units, FAST_WATCHED);
    return true;
}

/* The end of settling `freed`, which has its own header still, where what it became is large and
 * counted: all of `block`, of `units` and `left`. List it or trim it. Always true. */
static FAST_DETOUR bool settle_counted(struct fast *fast, const struct fast_block *freed,
                                       struct fast_block *block, uint32_t units, uint32_t left)
{
    uint32_t left_had = fast_place(fast, freed) - fast_place(fast, block);
    uint32_t right_had = units - left_had - freed->units;

    fast_write_free(block, units, left);
    if (is_for_trim(fast, block, units)) {
        trim(fast, block, 0);
        hg_fast_idle_drop(fast, left_had);
        hg_fast_idle_drop(fast, right_had);
        return true;
    }
    fast_push(fast, block, units, FAST_WATCHED);
    hg_fast_idle_merged(fast, block, units, left_had, right_had);
    return true;
}

void hg_fast_trim_last(struct fast *fast, size_t keep)
{
    const struct fast_block *end = fast_end(fast);
    struct fast_block *last = end->flags & FAST_LEFT_USED ? NULL : fast_left(end);
    uint64_t kept = (keep + FAST_GRAIN - 1) / FAST_GRAIN;

    if (!last || last->units <= kept)
        return;
    fast_unlink(fast, last, last->units, HG_EVENT_UNLINK, FAST_WATCHED);
    trim(fast, last, (uint32_t)kept);
}

/* Whether a neighbour is free is left to branches: where blocks are freed in order, that is
 * foreseen. To take both off always, if only off a list of nothing, wants 216 instructions in
 * place of 143; as it leaves nothing to guess, blocks replaced at random took the same time, but
 * all traces together 1.16 of it under tlsf. */
FAST_PATH bool settle(struct fast *fast, struct fast_block *freed, const unsigned known)
{
    struct fast_block *block = freed, *right = fast_right(freed);
    uint32_t units = freed->units, left = freed->flags & FAST_LEFT, had;

    if (!fast_is_used(right)) {
        had = right->units;
        units += had;
        fast_unlink(fast, right, had, HG_EVENT_UNLINK, known);
        if (known & FAST_WATCHED)
            fast_tell(fast, HG_EVENT_MERGE_RIGHT, block, units, fast_bytes(had));
    }
    if (!(left & FAST_LEFT_USED)) {
        block = fast_left(freed);
        had = block->units;
        units += had;
        left = block->flags & FAST_LEFT;
        fast_unlink(fast, block, had, HG_EVENT_UNLINK, known);
        if (known & FAST_WATCHED)
            fast_tell(fast, HG_EVENT_MERGE_LEFT, block, units, fast_bytes(had));
    }
    if (fast_unlikely(units >= FAST_LARGE) && fast_counts_idle(fast))
        return settle_counted(fast, freed, block, units, left);
    fast_write_free(block, units, left);
    if (fast_unlikely(is_for_trim(fast, block, units)))
        return trim(fast, block, 0);
    fast_push(fast, block, units, known);
    return true;
}

static FAST_DETOUR bool settle_watched(struct fast *fast, struct fast_block *block)
{
    return settle(fast, block, FAST_WATCHED);
}

bool hg_fast_settle_unwatched(struct fast *fast, struct fast_block *block)
{
    return settle(fast, block, FAST_PLAIN);
}

bool hg_fast_settle_tlsf(struct fast *fast, struct fast_block *block)
{
    return settle(fast, block, FAST_ALL_BINS);
}

bool hg_fast_settle(struct fast *fast, struct fast_block *block)
{
    return fast_is_watched(fast) ? settle_watched(fast, block)
                                 : hg_fast_settle_unwatched(fast, block);
}

bool hg_fast_release(struct fast *fast, struct fast_block *block)
{
    fast_tell(fast, HG_EVENT_RELEASE, block, block->units, 0);
    return hg_fast_settle(fast, block);
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
                      const unsigned known)
{
    struct fast_block *right = fast_right(block);
    uint32_t units = block->units + taken + grown;

    if (known & FAST_WATCHED && grown)
        fast_tell(fast, HG_EVENT_FRESH, fast_right_of(right, taken), grown, 0);
    if (taken) {
        fast_idle_take(fast, right, taken);
        fast_unlink(fast, right, taken, HG_EVENT_UNLINK, known);
    }
    if (known & FAST_WATCHED && taken && grown)
        fast_tell(fast, HG_EVENT_MERGE_LEFT, right, taken + grown, fast_bytes(taken));
    if (known & FAST_WATCHED)
        fast_tell(fast, HG_EVENT_ABSORB, block, units, fast_bytes(taken + grown));
    fast_write_used(block, units, block->flags & FAST_LEFT);
}

static FAST_DETOUR void absorb_watched(struct fast *fast, struct fast_block *block, uint32_t taken,
                                       uint32_t grown)
{
    absorb(fast, block, taken, grown, FAST_WATCHED);
}

bool hg_fast_enlarge(struct fast *fast, struct fast_block *block, uint32_t units)
{
    const struct fast_block *right = fast_right(block);
    uint32_t taken = fast_is_used(right) ? 0 : right->units, grown = 0;

    if (block->units + (uint64_t)taken < units) {
        if (fast_right_of(right, taken)->units > 0)
            return false;
        grown = units - block->units - taken;
        if (!fast_grow(fast, grown))
            return false;
        fast_sample(fast, units);
    }
    if (fast_is_watched(fast))
        absorb_watched(fast, block, taken, grown);
    else
        absorb(fast, block, taken, grown, FAST_PLAIN);
    if (block->units > units)
        hg_fast_cut(fast, block, units);
    return true;
}

/* ---- Sliding ---- */

static uint32_t free_to_right(const struct fast_block *block)
{
    const struct fast_block *right = fast_right(block);

    return fast_is_used(right) ? 0 : right->units;
}

bool hg_fast_can_slide(const struct fast_block *block, uint32_t units)
{
    uint64_t have = block->units + (uint64_t)free_to_right(block);

    return have < units && !(block->flags & FAST_LEFT_USED) &&
           have + fast_left(block)->units >= units;
}

/* `block`, free, is to be merged: it leaves its list. */
static void take_to_merge(struct fast *fast, struct fast_block *block)
{
    fast_idle_take(fast, block, block->units);
    fast_unlink(fast, block, block->units, HG_EVENT_UNLINK, FAST_WATCHED);
}

/* Take both free neighbours of `block` off their lists. Returns the left one, as large as all
 * three, with a header only. */
static struct fast_block *merge_around(struct fast *fast, const struct fast_block *block)
{
    struct fast_block *left = fast_left(block);
    uint32_t had = left->units, right_had = free_to_right(block), units = block->units + right_had;

    if (right_had) {
        take_to_merge(fast, fast_right(block));
        fast_tell(fast, HG_EVENT_MERGE_RIGHT, block, units, fast_bytes(right_had));
    }
    take_to_merge(fast, left);
    fast_tell(fast, HG_EVENT_MERGE_LEFT, left, had + units, fast_bytes(had));
    left->units = had + units;
    return left;
}

struct fast_block *hg_fast_slide(struct fast *fast, struct fast_block *block, uint32_t units)
{
    size_t kept = fast_bytes(block->units) - FAST_HEADER;
    struct fast_block *slid;
    uint32_t rest;

    fast_tell(fast, HG_EVENT_RELEASE, block, block->units, 0);
    slid = merge_around(fast, block);
    memmove(fast_payload(slid), fast_payload(block), kept);
    hg_emit_at(&fast->heap, HG_EVENT_COPY, fast_payload(slid), kept,
               hg_offset(&fast->heap, fast_payload(block)));
    rest = slid->units - units;
    fast_take_unlisted(fast, slid, units, FAST_WATCHED);
    if (rest >= FAST_LARGE && fast_counts_idle(fast))
        hg_fast_idle_merged(fast, fast_right(slid), rest, 0, 0);
    return slid;
}
