/* fast_tables.c: see fast_tables.h. */
#include "heap/fast/fast_tables.h"

#include <string.h>

#include "heap/fast/fast_bins.h"
#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_growth.h"
#include "heap/fast/fast_quick.h"
#include "heap/fast/fast_room.h"
#include "heap/fast/fast_slots.h"
#include "heap/fast/fast_take.h"

/* A block for a table of `size` bytes, whose bytes may hold anything: its place, 0 if there is no
 * room.
 *   may_grow  the heap may grow for it */
static uint32_t make_table(struct fast *fast, size_t size, bool may_grow)
{
    struct fast_need need = {.units = (uint32_t)fast_units_for(size), .alignment = 1};
    struct fast_block *block = hg_fast_take_aligned(fast, &need, may_grow);

    if (!block)
        return 0;
    block->flags |= FAST_TABLE;
    fast_tell(fast, HG_EVENT_RESERVE, block, block->units, fast_bytes(block->units));
    return fast_place(fast, block);
}

/* ---- Bins ---- */

/* The rows that blocks of up to `units` need. */
static uint32_t rows_for(uint64_t units)
{
    uint32_t most = units < FAST_MOST_GRAINS ? (uint32_t)units : FAST_MOST_GRAINS;

    return fast_bin_for(most) / FAST_BINS_PER_ROW + 1;
}

/* The rows that the heap can bear, but no more than a block as large as itself needs; and a few in
 * any case, where there are to be bins always. */
static uint32_t rows_now(const struct fast *fast)
{
    enum { FEW = 8 }; /* for blocks of up to 128 KiB */
    uint32_t rows = fast_rows_borne(fast), needed = rows_for(fast->heap.size / FAST_GRAIN);

    rows = rows < needed ? rows : needed;
    return rows < FEW && fast->heap.flags & FAST_ALWAYS_BINS ? FEW : rows;
}

/* Move loose blocks to their bins, now that there are more. */
static void place_loose(struct fast *fast)
{
    uint32_t place = fast->loose, next;

    fast->loose = 0;
    for (; place; place = next) {
        struct fast_block *block = fast_block_at(fast, place);

        next = block->next;
        fast_tell_list(fast, HG_EVENT_UNLINK, FAST_LOOSE, block, block->units);
        fast_push(fast, block, block->units, FAST_WATCHED);
    }
}

/* False if there are enough of them, and nothing has changed. */
static bool make_bins(struct fast *fast)
{
    uint32_t rows = rows_now(fast), had = fast->bin_rows;
    struct fast_bins from, to;
    uint32_t old, place;

    if (rows <= had)
        return false;
    place = make_table(fast, fast_bins_size(rows), true);
    old = fast->bins; /* which may just have moved */
    if (!place)
        return true;
    from = fast_bins(fast);
    to = fast_bins_in(fast_payload_at(fast, place), rows);
    memset(to.rows, 0, fast_bins_size(rows));
    memcpy(to.rows, from.rows, had * sizeof *to.rows);
    memcpy(to.heads, from.heads, had * FAST_BINS_PER_ROW * sizeof *to.heads);
    fast->bins = place;
    fast->bin_rows = (uint8_t)rows;
    place_loose(fast);
    if (old)
        hg_fast_free_table(fast, old);
    return true;
}

/* ---- Quick lists ---- */

static bool has_quick_always(const struct fast *fast)
{
    return fast->heap.flags & FAST_ALWAYS_QUICK_LISTS;
}

/* Grains of the largest blocks that may wait in a heap of this size: 0 for none. */
static uint32_t most_now(const struct fast *fast)
{
    enum { SHARE = 192, LEAST = 16 }; /* part of the heap; fewer lists are not worth it */
    size_t share = fast->heap.size / SHARE, lists;

    if (share < fast_quick_size(LEAST))
        return has_quick_always(fast) ? LEAST : 0;
    lists = (share - fast_quick_size(0)) / sizeof(uint32_t);
    return lists < FAST_QUICK_MOST ? (uint32_t)lists : FAST_QUICK_MOST;
}

/* Whether the heap may grow for lists up to `most`. They wait for a hole while they are much beside
 * it; but a heap that has only grown has none, and would have to do without when blocks are freed.
 */
static bool may_grow_for_quick(const struct fast *fast, uint32_t most)
{
    enum { LITTLE = 1024 }; /* part of the heap */

    return (has_quick_always(fast) && fast->quick_most == 0) ||
           fast->heap.size / LITTLE >= fast_quick_size(most);
}

/* False if there are enough of them, and nothing has changed. */
static bool make_quick(struct fast *fast)
{
    uint32_t most = most_now(fast), had = fast->quick_most, old = fast->quick, place;

    if (most <= had || (most < 2 * had && most < FAST_QUICK_MOST))
        return false;
    place = make_table(fast, fast_quick_size(most), may_grow_for_quick(fast, most));
    if (!place)
        return true;
    hg_fast_quick_empty(fast);
    fast->quick = place;
    hg_fast_quick_open(fast, most);
    if (old)
        hg_fast_free_table(fast, old);
    return true;
}

/* ---- The map of slabs ---- */

/* The classes that the heap can bear. */
static uint32_t classes_now(const struct fast *fast)
{
    enum { LEAST = 256 * FAST_PAGE }; /* with large ones */

    return fast->heap.flags & FAST_HAS_SLABS && fast->heap.size >= LEAST ? FAST_CLASSES
                                                                         : fast_classes(fast);
}

/* How many pages a map may have at most. NULL is on none of them, though the number of its page,
 * counted from the heap's start, is cut off to 32 bits as that of a payload's is. */
static uint32_t pages_most(const struct fast *fast)
{
    return (uint32_t)((0 - (uint64_t)(uintptr_t)fast) / FAST_PAGE);
}

bool hg_fast_make_map(struct fast *fast, uint32_t pages)
{
    uint32_t had = fast_classes(fast), classes = classes_now(fast);
    uint32_t place =
        pages <= pages_most(fast) ? make_table(fast, fast_map_size(classes, pages), true) : 0;
    uint32_t old = fast->map ? fast->map - had : 0; /* which may just have moved */
    size_t room;

    if (!place)
        return false;
    room = fast_bytes(fast_block_at(fast, place)->units) - FAST_HEADER;
    memset(fast_payload_at(fast, place), 0, fast_map_size(classes, 0));
    memset(fast_payload_at(fast, place + classes), FAST_MAP_NOWHERE,
           room - fast_map_size(classes, 0));
    if (old)
        memcpy(fast_payload_at(fast, place + classes - had), fast_payload_at(fast, old),
               fast_map_size(had, fast->map_pages));
    if (classes > FAST_SMALL_CLASSES)
        fast->heap.flags |= FAST_HAS_LARGE_SLOTS;
    fast->map = place + classes;
    if (fast->small == FAST_ALL_SMALL)
        fast_set_slotted(fast, FAST_ALL_SLOTTED);
    fast->map_pages = (uint32_t)(room - fast_map_size(classes, 0));
    if (fast->map_pages > pages_most(fast))
        fast->map_pages = pages_most(fast);
    if (old)
        hg_fast_free_table(fast, old);
    return true;
}

/* ---- Together ---- */

bool hg_fast_see_to_tables(struct fast *fast)
{
    enum { LATER = 64 }; /* look again when the heap has grown by this part of it */
    uint64_t grains = fast->heap.size / FAST_GRAIN;
    bool is_crowded = fast->due == FAST_CROWDED, changed;

    fast->due = bits_rough(grains + grains / LATER + 1);
    changed = is_crowded && make_bins(fast);
    if (fast->heap.flags & FAST_HAS_QUICK_LISTS && make_quick(fast))
        changed = true;
    if (fast_classes(fast) == classes_now(fast))
        return changed;
    hg_fast_make_map(fast, fast->map_pages);
    return true;
}
