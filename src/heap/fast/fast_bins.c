/* fast_bins.c: searching the bins, and making them. */
#include "heap/fast/fast_bins.h"

#include <string.h>

enum {
    MOST_CANDIDATES = 24, /* that a search looks at in a bin of several sizes */
    LEAST_ROWS = 2,       /* those of the bins for one size each */
};

/* ---- Searching ---- */

static void tell_visit(const struct fast *fast, uint32_t list, const struct fast_block *block,
                       bool fits)
{
    if (fast_is_watched(fast))
        hg_emit_visit(&fast->heap, list, block, fast_bytes(block->units), fits);
}

/* Whether `block`, which fits, is a better fit than `best`: smaller, or as large and lower. */
static bool is_better(const struct fast_block *block, const struct fast_block *best)
{
    if (!best || block->units < best->units)
        return true;
    return block->units == best->units && block < best;
}

/* The best fit among the first `most` blocks of the list from `place` on. */
static struct fast_block *best_of(const struct fast *fast, uint32_t list, uint32_t place,
                                  uint32_t units, uint32_t most)
{
    struct fast_block *best = NULL;

    for (; place && most > 0; most--) {
        struct fast_block *block = fast_block_at(fast, place);
        bool fits = block->units >= units;

        tell_visit(fast, list, block, fits);
        if (fits && is_better(block, best)) {
            best = block;
            if (block->units == units)
                break;
        }
        place = block->next;
    }
    return best;
}

/* The first bin from `bin` on that is not empty; FAST_BINS if all are. */
static inline uint32_t next_in_use(const struct fast_bins *bins, uint32_t bin)
{
    uint32_t row = bin / FAST_BINS_PER_ROW, rows, found;

    if (row >= bins->count)
        return FAST_BINS;
    found = bins->rows[row].in_use & ~0u << bin % FAST_BINS_PER_ROW;
    if (!found) {
        rows = bins->rows_in_use & ~0u << (row + 1);
        if (!rows)
            return FAST_BINS;
        row = (uint32_t)__builtin_ctz(rows);
        found = bins->rows[row].in_use;
    }
    return row * FAST_BINS_PER_ROW + (uint32_t)__builtin_ctz(found);
}

static struct fast_block *first_of(const struct fast *fast, const struct fast_bins *bins,
                                   uint32_t bin)
{
    struct fast_block *block;

    if (bin == FAST_BINS)
        return NULL;
    block = fast_block_at(fast, fast_bin_first(bins, bin));
    tell_visit(fast, bin, block, true);
    return block;
}

/* Good fit: round up to where a bin starts, so that whatever is in it fits. */
static struct fast_block *good_fit(const struct fast *fast, const struct fast_bins *bins,
                                   uint32_t units)
{
    uint32_t bin = fast_bin_for(units);

    return first_of(fast, bins, next_in_use(bins, bin + (fast_bin_least(bin) < units)));
}

/* Near-best fit: the best of some in the bin of the size itself, or else in the next one in use. */
static struct fast_block *near_best_fit(const struct fast *fast, const struct fast_bins *bins,
                                        uint32_t units)
{
    uint32_t bin = next_in_use(bins, fast_bin_for(units));
    struct fast_block *block;

    if (bin < FAST_EXACT_BINS || bin == FAST_BINS)
        return first_of(fast, bins, bin);
    block = best_of(fast, bin, fast_bin_first(bins, bin), units, MOST_CANDIDATES);
    if (block)
        return block;
    bin = next_in_use(bins, bin + 1);
    return bin == FAST_BINS ? NULL
                            : best_of(fast, bin, fast_bin_first(bins, bin), units, MOST_CANDIDATES);
}

/* The best fit among the loose blocks. Where there are many, it is time for bins, or more of them.
 */
static __attribute__((noinline)) struct fast_block *search_loose(struct fast *fast, uint32_t units)
{
    enum { MANY = 8, MANY_BESIDE_BINS = 2 };
    uint32_t place = fast->loose, most = fast->bins ? MANY_BESIDE_BINS : MANY;

    while (place && most-- > 0)
        place = fast_block_at(fast, place)->next;
    if (place)
        fast->due = FAST_CROWDED;
    return best_of(fast, FAST_LOOSE, fast->loose, units, UINT32_MAX);
}

__attribute__((flatten)) struct fast_block *hg_fast_search(struct fast *fast, uint32_t units)
{
    const struct fast_bins *bins = fast_bins(fast);
    struct fast_block *block = NULL;

    if (fast_likely(bins != NULL))
        block = bins->good_fit ? good_fit(fast, bins, units) : near_best_fit(fast, bins, units);
    if (fast_likely(block || !fast->loose))
        return block; /* loose blocks are larger than any in a bin */
    return search_loose(fast, units);
}

/* ---- Making bins ---- */

/* The rows that blocks of up to `units` need. */
static uint32_t rows_for(uint64_t units)
{
    uint32_t most = units < FAST_MOST_GRAINS ? (uint32_t)units : FAST_MOST_GRAINS;

    return fast_bin_for(most) / FAST_BINS_PER_ROW + 1;
}

/* The rows that the heap can bear, but no more than it may need before long. */
static uint32_t rows_now(const struct fast *fast)
{
    enum { AHEAD = 4 }; /* times its present size */
    uint64_t share = fast->heap.size / FAST_TABLE_SHARE, rows;
    uint32_t needed = rows_for(AHEAD * fast->heap.size / FAST_GRAIN);

    if (share < fast_bins_size(LEAST_ROWS))
        return 0;
    rows = (share - sizeof(struct fast_bins)) / sizeof(struct fast_row);
    return rows < needed ? (uint32_t)rows : needed;
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
        fast_push(fast, block, block->units);
    }
}

void hg_fast_make_bins(struct fast *fast)
{
    const struct fast_bins *old = fast_bins(fast);
    uint32_t rows = rows_now(fast), old_place = fast->bins, place;
    struct fast_bins *bins;

    if (rows <= (old ? old->count : 0))
        return;
    place = hg_fast_table_make(fast, fast_bins_size(rows), true);
    if (!place)
        return;
    bins = fast_payload_at(fast, place);
    memset(bins, 0, fast_bins_size(rows));
    if (old)
        memcpy(bins, old, fast_bins_size(old->count));
    bins->count = (uint16_t)rows;
    fast->bins = place;
    place_loose(fast);
    if (old_place)
        hg_fast_table_free(fast, old_place);
}
