/* fast_search.h: finding a free block, which stays on its list.
 *
 * Two ways: near-best fit looks at some blocks of a bin that holds several sizes, and takes the
 * best; good fit, as TLSF does, looks at none, but takes the first block of a bin in which all
 * fit. */
#ifndef HEAP_FAST_SEARCH_H
#define HEAP_FAST_SEARCH_H

#include "heap/fast/fast_bins.h"

/* How many blocks a search looks at in a bin of several sizes. */
enum { FAST_MOST_CANDIDATES = 24, FAST_MOST_CANDIDATES_WELL = 1024 };

/* A free block, still on its list; NULL if none was found. */
struct fast_found {
    struct fast_block *block;
    uint32_t list;
};

/* The best fit, the lowest of them, on the list from `place` on: the block with the least number,
 * which has what it has too much above its place. Those too small have numbers from `none` on.
 * Which block is better nobody can foresee, so there is no branch for it.
 *   most     blocks that are looked at; those that were are taken off */
FAST_PATH struct fast_block *fast_best_of(const struct fast *fast, uint32_t list, uint32_t place,
                                          uint32_t units, uint32_t *most, const unsigned known)
{
    const uint64_t none = (uint64_t)(0u - units) << 32;
    uint64_t best = none;

    for (; place && *most > 0; --*most) {
        struct fast_block *block = fast_block_at(fast, place);
        uint64_t number = (uint64_t)(block->units - units) << 32 | place;

        if (known & FAST_WATCHED)
            fast_tell_visit(fast, list, block, number < none);
        place = block->next;
        if (number < best)
            best = number;
        if (number >> 32 == 0)
            break;
    }
    return best < none ? fast_block_at(fast, (uint32_t)best) : NULL;
}

/* The first bin from `bin` on that is not empty; FAST_BINS if all are. */
FAST_PATH uint32_t fast_next_in_use(const struct fast *fast, uint32_t bin, const unsigned known)
{
    const uint32_t *rows = fast_bins_known(fast, known).rows;
    uint32_t row = bin / FAST_BINS_PER_ROW, in_use, rows_above;

    if (fast_unlikely(row >= fast_row_count(fast, known)))
        return FAST_BINS;
    in_use = rows[row] >> bin % FAST_BINS_PER_ROW;
    if (in_use)
        return bin + (uint32_t)__builtin_ctz(in_use);
    rows_above = fast->rows_in_use & ~1u << row;
    if (!rows_above)
        return FAST_BINS;
    row = (uint32_t)__builtin_ctz(rows_above);
    return row * FAST_BINS_PER_ROW + (uint32_t)__builtin_ctz(rows[row]);
}

/* The bin to look in first for `units`; FAST_BINS if none has a block. For good fit, rounded up to
 * where a bin starts, so that whatever is in it fits; for near-best fit the bin of the size itself,
 * or else the next one in use. */
FAST_PATH uint32_t fast_bin_in_use(const struct fast *fast, uint32_t units, const bool good_fit,
                                   const unsigned known)
{
    return fast_next_in_use(fast, good_fit ? fast_bin_above(units) : fast_bin_for(units), known);
}

/* The first block of `bin`, which is not empty, and in which all fit. */
FAST_PATH struct fast_found fast_first_of(const struct fast *fast, uint32_t bin,
                                          const unsigned known)
{
    struct fast_found found = {.block = fast_block_at(fast, *fast_bin_head(fast, bin, known)),
                               .list = bin};

    if (known & FAST_WATCHED)
        fast_tell_visit(fast, bin, found.block, true);
    return found;
}

/* The best of some blocks in `bin`, which is not empty. */
FAST_PATH struct fast_found fast_best_in(const struct fast *fast, uint32_t bin, uint32_t units,
                                         const unsigned known)
{
    uint32_t first = *fast_bin_head(fast, bin, known), most = FAST_MOST_CANDIDATES;

    return (struct fast_found){
        .block = fast_best_of(fast, bin, first, units, &most, known),
        .list = bin,
    };
}

/* The best of some blocks in `bin`, which is not empty and has several sizes, or else in the next
 * bin in use. */
FAST_PATH struct fast_found fast_best_from(const struct fast *fast, uint32_t bin, uint32_t units,
                                           const unsigned known)
{
    struct fast_found found = fast_best_in(fast, bin, units, known);

    if (found.block)
        return found;
    bin = fast_next_in_use(fast, bin + 1, known);
    return bin == FAST_BINS ? found : fast_best_in(fast, bin, units, known);
}

/* The best of the loose blocks, all of which are larger than any in a bin. Where there are many, it
 * is time for bins, or more of them, if the heap can bear that.
 *   cost     O(loose blocks), which are few where the bins are on */
FAST_PATH struct fast_found fast_search_loose(struct fast *fast, uint32_t units,
                                              const unsigned known)
{
    enum { MANY = 4, MANY_BESIDE_BINS = 2 };
    uint32_t most = UINT32_MAX;
    struct fast_found found = {
        .block = fast_best_of(fast, FAST_LOOSE, fast->loose, units, &most, known),
        .list = FAST_LOOSE,
    };

    if (UINT32_MAX - most > (fast->bin_rows ? MANY_BESIDE_BINS : MANY) &&
        fast_rows_borne(fast) > fast->bin_rows)
        fast->due = FAST_CROWDED;
    return found;
}

/* Whether hg_fast_search_own has anything to look at: a heap of few blocks seldom has. */
static inline bool fast_own_has_any(const struct fast *fast, uint32_t units)
{
    uint32_t list;

    if (units < FAST_EXACT_BINS || fast_is_tlsf(fast))
        return false;
    list = fast_list_for(fast, units);
    return list != FAST_LOOSE && *fast_bin_head(fast, list, FAST_WATCHED);
}

/* ---- fast_search.c ---- */

/* A free block of at least `units`, under the heap's policy, from a bin, or else a loose one.
 *   cost     O(1) in the bins
 *   source   the bins: TLSF, Masmano et al., 2004; near-best fit in them: Lea's dlmalloc */
struct fast_found hg_fast_search(struct fast *fast, uint32_t units);

/* Where such a search found none, the heap's last chance before it grows: of the bin of `units`
 * itself, if it has several sizes, far more blocks are looked at. */
struct fast_found hg_fast_search_own(const struct fast *fast, uint32_t units);

/* Both, one after the other. */
struct fast_found hg_fast_search_well(struct fast *fast, uint32_t units);

#endif
