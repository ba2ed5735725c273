/* fast_idle.c: see fast_idle.h. */
#include "heap/fast/fast_idle.h"

#include "heap/fast/fast_bins.h"

/* ---- Counting ---- */

static uint32_t if_large(uint32_t units)
{
    return units >= FAST_LARGE ? units : 0;
}

/* ---- Giving back ---- */

/* Discard the pages of the blocks from `place` on its list that have `least` grains or more. */
static bool discard_listed(struct fast *fast, uint32_t place, uint32_t least)
{
    bool any = false;

    while (place) {
        struct fast_block *block = fast_block_at(fast, place);

        place = block->next;
        if (block->units >= least &&
            hg_discard(&fast->heap, block + 1, fast_footer_before(fast_right(block))))
            any = true;
    }
    return any;
}

bool hg_fast_discard(struct fast *fast, uint32_t least)
{
    uint32_t bins = (uint32_t)fast->bin_rows * FAST_BINS_PER_ROW;
    bool any = discard_listed(fast, fast->loose, least);

    for (uint32_t bin = fast_bin_for(least); bin < bins; bin++) {
        if (fast_bins(fast).rows[bin / FAST_BINS_PER_ROW] >> bin % FAST_BINS_PER_ROW & 1 &&
            discard_listed(fast, *fast_bin_head(fast, bin, FAST_WATCHED), least))
            any = true;
    }
    fast->idle = 0;
    return any;
}

void hg_fast_idle_merged(struct fast *fast, const struct fast_block *block, uint32_t units,
                         uint32_t left_had, uint32_t right_had)
{
    uint32_t counted = if_large(left_had), idle;

    idle = fast->idle + fast_pages_in(fast, fast_right_of(block, counted),
                                      units - counted - if_large(right_had));
    fast->idle = idle & FAST_IDLE_MOST;
    if (idle >= fast_release_of(fast) / HG_PAGE)
        hg_fast_discard(fast, FAST_LARGE);
}

void hg_fast_idle_drop(struct fast *fast, uint32_t units)
{
    fast_idle_lessen(fast, if_large(units) / FAST_GRAINS_PER_PAGE);
}
