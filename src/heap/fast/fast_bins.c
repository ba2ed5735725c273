/* fast_bins.c: searching all lists of free blocks, and making bins. */
#include <string.h>

#include "heap/fast/fast_search.h"
#include "heap/fast/fast_tables.h"

struct fast_block *hg_fast_search(struct fast *fast, uint32_t units)
{
    bool good_fit = fast_is_tlsf(fast);
    struct fast_block *block = fast_search_bins(fast, units, good_fit, true).block;

    return block ? block : fast_search_loose(fast, units, true);
}

/* ---- Making bins ---- */

/* The rows that blocks of up to `units` need. */
static uint32_t rows_for(uint64_t units)
{
    uint32_t most = units < FAST_MOST_GRAINS ? (uint32_t)units : FAST_MOST_GRAINS;

    return fast_bin_for(most) / FAST_BINS_PER_ROW + 1;
}

/* The rows that the heap can bear, but no more than a block as large as itself needs. */
static uint32_t rows_now(const struct fast *fast)
{
    uint32_t rows = fast_rows_borne(fast), needed = rows_for(fast->heap.size / FAST_GRAIN);

    return rows < needed ? rows : needed;
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
        fast_push(fast, block, block->units, true);
    }
}

void hg_fast_make_bins(struct fast *fast)
{
    uint32_t rows = rows_now(fast), had = fast->bin_rows;
    uint32_t old = fast->bins, place;

    if (rows <= had)
        return;
    place = hg_fast_table_make(fast, fast_bins_size(rows), true);
    if (!place)
        return;
    memset(fast_payload_at(fast, place), 0, fast_bins_size(rows));
    memcpy(fast_payload_at(fast, place), fast_rows(fast), fast_bins_size(had));
    fast->bins = place;
    fast->bin_rows = (uint8_t)rows;
    place_loose(fast);
    if (old)
        hg_fast_table_free(fast, old);
}
