/* fast_allocate.c: see fast_allocate.h. */
#include "heap/fast/fast_allocate.h"

#include "heap/fast/fast_growth.h"
#include "heap/fast/fast_idle.h"
#include "heap/fast/fast_room.h"
#include "heap/fast/fast_search.h"
#include "heap/fast/fast_tables.h"
#include "heap/fast/fast_take.h"

void *hg_fast_refuse(const struct fast *fast, uint64_t units)
{
    bool can_be = units <= FAST_MOST_GRAINS - fast->heap.size / FAST_GRAIN;

    return hg_refuse(&fast->heap, can_be ? HG_REASON_NO_MEMORY : HG_REASON_BEYOND_LINKS,
                     units * FAST_GRAIN);
}

/* ---- From a list ---- */

/* The grains of a free block of `have` for a request of `wanted`, a large one: all of them, where
 * few would be left. Buffers of nearly one size take turns then in whole holes, which otherwise
 * would become too small for the larger ones as soon as something lay in such a rest. */
static uint32_t share_of(const struct fast *fast, uint32_t have, uint32_t wanted)
{
    return have - wanted < wanted / FAST_ALIKE && !fast_is_tlsf(fast) ? have : wanted;
}

FAST_PATH void *hand_over(struct fast *fast, struct fast_found found, uint32_t wanted,
                          const unsigned known)
{
    struct fast_block *block;
    uint32_t units = wanted;

    if (fast_unlikely(wanted >= FAST_LARGE))
        units = share_of(fast, found.block->units, wanted);
    fast_idle_take(fast, found.block, units);
    block = fast_take(fast, found.block, found.list, units, known);
    if (known & FAST_WATCHED)
        fast_tell(fast, HG_EVENT_HANDOVER, block, units, 0);
    return fast_payload(block);
}

static FAST_DETOUR void *hand_over_watched(struct fast *fast, struct fast_found found,
                                           uint32_t units)
{
    return hand_over(fast, found, units, FAST_WATCHED);
}

static FAST_DETOUR void *hand_over_unwatched(struct fast *fast, struct fast_found found,
                                             uint32_t units)
{
    return hand_over(fast, found, units, FAST_PLAIN);
}

/* A payload in the block that was found. */
static inline void *allocate_found(struct fast *fast, struct fast_found found, uint32_t units)
{
    return fast_is_watched(fast) ? hand_over_watched(fast, found, units)
                                 : hand_over_unwatched(fast, found, units);
}

/* ---- Large blocks that are alike ---- */

/* The grains of a block for a request of `wanted`, a large one: as many as for the latest, if that
 * was alike, so that of the holes that both leave behind either will do for the other. */
static uint32_t room_for(struct fast *fast, uint32_t wanted)
{
    uint64_t latest = bits_from_rough(fast->latest);
    uint16_t rough = bits_rough(wanted);

    if (fast->latest > rough && latest - wanted < wanted / FAST_ALIKE &&
        latest <= FAST_MOST_GRAINS && !fast_is_tlsf(fast))
        return (uint32_t)latest;
    fast->latest = rough;
    return wanted;
}

/* A payload in a free block that would do for the latest, too, if that was a bit larger than
 * `wanted`; NULL if there is none. */
static FAST_DETOUR void *allocate_like_latest(struct fast *fast, uint32_t wanted)
{
    uint32_t room = room_for(fast, wanted);
    struct fast_found found = {0};

    if (room > wanted)
        found = hg_fast_search(fast, room);
    return found.block ? allocate_found(fast, found, room) : NULL;
}

/* ---- From the end of the heap ---- */

/* Report a new block, of which nothing was there, and hand it over. */
static FAST_DETOUR void *hand_over_new(const struct fast *fast, struct fast_block *block,
                                       uint32_t units)
{
    hg_emit_at(&fast->heap, HG_EVENT_GROW, (char *)block + FAST_HEADER, fast_bytes(units), 0);
    hg_fast_tell(fast, HG_EVENT_FRESH, block, units, 0);
    hg_fast_tell(fast, HG_EVENT_WHOLE, block, units, 0);
    hg_fast_tell(fast, HG_EVENT_HANDOVER, block, units, 0);
    return fast_payload(block);
}

/* A new block behind the last, which is used: what allocate_from_last does in more steps. */
static FAST_DETOUR void *allocate_from_break(struct fast *fast, uint32_t units)
{
    uint64_t size = fast_bytes(units);
    char *end = NULL;
    struct fast_block *block;

    if (fast->heap.size + size <= fast_bytes(FAST_MOST_GRAINS))
        end = hg_break_grow_unwatched(&fast->heap, size);
    if (fast_unlikely(!end))
        return hg_fast_refuse(fast, units);
    block = (struct fast_block *)(void *)(end - FAST_HEADER);
    if (fast_has_grown(fast))
        fast_sample(fast, units);
    block->units = units; /* its flags are those of the end marker */
    fast_write_end(fast, FAST_LEFT_USED);
    return fast_is_watched(fast) ? hand_over_new(fast, block, units) : fast_payload(block);
}

/* The last block, if it is free, with what it lacks, or a new one behind it. */
static FAST_DETOUR void *allocate_from_last(struct fast *fast, uint32_t units)
{
    uint32_t room = units < FAST_LARGE ? units : room_for(fast, units);
    struct fast_block *block = hg_fast_take_last(fast, room);

    if (!block && room > units)
        block = hg_fast_take_last(fast, units);
    if (!block)
        return hg_fast_refuse(fast, units);
    fast_tell(fast, HG_EVENT_HANDOVER, block, block->units, 0);
    return fast_payload(block);
}

static inline void *allocate_from_end(struct fast *fast, uint32_t units)
{
    return fast_end(fast)->flags & FAST_LEFT_USED && units < FAST_LARGE
               ? allocate_from_break(fast, units)
               : allocate_from_last(fast, units);
}

/* ---- Where the bins have nothing ---- */

static FAST_DETOUR void *allocate_in_room(struct fast *fast, uint32_t units)
{
    struct fast_found found = hg_fast_make_room(fast, units) ? hg_fast_search_well(fast, units)
                                                             : hg_fast_search_own(fast, units);

    return found.block ? allocate_found(fast, found, units) : allocate_from_end(fast, units);
}

static FAST_DETOUR void *allocate_past_tables(struct fast *fast, uint32_t units)
{
    return hg_fast_table_in_way(fast, units) ? allocate_in_room(fast, units)
                                             : allocate_from_end(fast, units);
}

/* No list has a block that fits. A heap that only grows finds out in few instructions that there is
 * no room to be made. */
static FAST_DETOUR void *allocate_beside_lists(struct fast *fast, uint32_t units)
{
    if (fast_giving_back_may_help(fast, units) || fast_own_has_any(fast, units))
        return allocate_in_room(fast, units);
    return fast_has_free(fast) && fast_table_is_beside_free(fast)
               ? allocate_past_tables(fast, units)
               : allocate_from_end(fast, units);
}

/* Tables are due, but must not be what leaves no room for a request: they come after it. */
static FAST_DETOUR void *allocate_before_tables(struct fast *fast, uint32_t units)
{
    struct fast_found found = {0};
    void *payload;

    if (fast->loose)
        found = hg_fast_search(fast, units);
    if (found.block) {
        payload = allocate_found(fast, found, units);
        hg_fast_see_to_tables(fast);
        return payload;
    }
    if (hg_fast_see_to_tables(fast))
        found = hg_fast_search(fast, units);
    return found.block ? allocate_found(fast, found, units) : allocate_beside_lists(fast, units);
}

static FAST_DETOUR void *choose_loose_watched(struct fast *fast, uint32_t units)
{
    struct fast_found found = fast_search_loose(fast, units, FAST_WATCHED);

    return found.block ? hand_over_watched(fast, found, units) : allocate_beside_lists(fast, units);
}

static FAST_DETOUR void *choose_loose_unwatched(struct fast *fast, uint32_t units)
{
    struct fast_found found = fast_search_loose(fast, units, FAST_PLAIN);

    return found.block ? hand_over_unwatched(fast, found, units)
                       : allocate_beside_lists(fast, units);
}

FAST_PATH void *allocate_beside_bins(struct fast *fast, uint32_t units, const unsigned known)
{
    if (fast_tables_are_due(fast))
        return allocate_before_tables(fast, units);
    if (!fast->loose)
        return allocate_beside_lists(fast, units);
    return known & FAST_WATCHED ? choose_loose_watched(fast, units)
                                : choose_loose_unwatched(fast, units);
}

/* ---- From the bins ---- */

/* `bin` is not empty, and has blocks of several sizes. */
static FAST_DETOUR void *choose_watched(struct fast *fast, uint32_t bin, uint32_t units)
{
    struct fast_found found = fast_best_from(fast, bin, units, FAST_WATCHED);

    return found.block ? hand_over_watched(fast, found, units)
                       : allocate_beside_bins(fast, units, FAST_WATCHED);
}

static FAST_DETOUR void *choose_unwatched(struct fast *fast, uint32_t bin, uint32_t units)
{
    struct fast_found found = fast_best_from(fast, bin, units, FAST_PLAIN);

    return found.block ? hand_over_unwatched(fast, found, units)
                       : allocate_beside_bins(fast, units, FAST_PLAIN);
}

FAST_PATH void *allocate(struct fast *fast, uint32_t units, const bool good_fit,
                         const unsigned known)
{
    uint32_t bin = FAST_BINS;

    if (fast->rows_in_use)
        bin = fast_bin_in_use(fast, units, good_fit, known);
    if (bin == FAST_BINS)
        return allocate_beside_bins(fast, units, known);
    if (bin >= FAST_EXACT_BINS && !good_fit)
        return known & FAST_WATCHED ? choose_watched(fast, bin, units)
                                    : choose_unwatched(fast, bin, units);
    if (known & FAST_WATCHED)
        return hand_over_watched(fast, fast_first_of(fast, bin, FAST_WATCHED), units);
    if (known & FAST_ALL_BINS)
        return hand_over(fast, fast_first_of(fast, bin, known), units, known);
    return hg_fast_take_exact(fast, bin, units);
}

FAST_PATH void *allocate_large(struct fast *fast, uint64_t wanted, const unsigned known)
{
    uint32_t units = (uint32_t)wanted;
    void *payload;

    if (wanted >= FAST_MOST_GRAINS)
        return hg_fast_refuse(fast, wanted);
    payload = allocate_like_latest(fast, units);
    return payload ? payload
                   : allocate(fast, units, known & FAST_WATCHED && fast_is_tlsf(fast), known);
}

static FAST_DETOUR void *allocate_large_watched(struct fast *fast, uint64_t wanted)
{
    return allocate_large(fast, wanted, FAST_WATCHED);
}

static FAST_DETOUR void *allocate_large_unwatched(struct fast *fast, uint64_t wanted)
{
    return allocate_large(fast, wanted, FAST_PLAIN);
}

void *hg_fast_allocate_near_best(struct fast *fast, uint64_t units)
{
    return fast_likely(units < FAST_LARGE) ? allocate(fast, (uint32_t)units, false, FAST_PLAIN)
                                           : allocate_large_unwatched(fast, units);
}

void *hg_fast_allocate_good(struct fast *fast, uint64_t units)
{
    return fast_likely(units < FAST_MOST_GRAINS)
               ? allocate(fast, (uint32_t)units, true, FAST_ALL_BINS)
               : hg_fast_refuse(fast, units);
}

void *hg_fast_allocate_watched(struct fast *fast, uint64_t units)
{
    return fast_likely(units < FAST_LARGE)
               ? allocate(fast, (uint32_t)units, fast_is_tlsf(fast), FAST_WATCHED)
               : allocate_large_watched(fast, units);
}
