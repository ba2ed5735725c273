/* fast_bins.h: bins, lists of free blocks by size.
 *
 * Below 1 KiB there is a bin for each size. Above, each power of two has a row of 32 bins: bin b of
 * the row of 2^e bytes holds the blocks from (32 + b) * 2^(e - 5) bytes up to the next bin's. Two
 * levels of bits find the next bin that is not empty in a few instructions:
 *
 *      rows_in_use        . . 1 . . 1 ...       one bit per row: has a bin that is not empty
 *                             |
 *      rows[].in_use      . 1 . . . . 1 ...     one bit per bin: is not empty
 *                           |
 *      rows[].heads[]     its first block, then by its links; last in, first out
 *
 * There are as many rows, from that of the smallest blocks on, as the heap can bear. Blocks beyond
 * the last bin are loose, and so are all while there are no bins. Loose blocks are on one list,
 * which is searched whole: there are few, or it is time for more rows - or the bins are off. */
#ifndef HEAP_FAST_BINS_H
#define HEAP_FAST_BINS_H

#include "base/bits.h"
#include "heap/fast/fast.h"

enum {
    FAST_EXACT_BINS = 1024 / FAST_GRAIN, /* one for each size */
    FAST_ROW_LOG2 = 5,
    FAST_LOOSE = 0, /* the number of the list of loose blocks; no block belongs into bin 0 */
};

struct fast_row {
    uint32_t in_use;
    uint32_t heads[FAST_BINS_PER_ROW];
};

struct fast_bins {
    uint16_t count; /* of rows */
    bool good_fit;  /* take the first block of a bin in which all fit, as TLSF does */
    uint32_t rows_in_use;
    struct fast_row rows[];
};

static inline size_t fast_bins_size(uint32_t rows)
{
    return sizeof(struct fast_bins) + rows * sizeof(struct fast_row);
}

/* The bin for blocks of `units`: below 64, that number; above, the five bits behind the highest,
 * and before them how far that is to the left. */
static inline uint32_t fast_bin_for(uint32_t units)
{
    unsigned shift = bits_floor_log2(units | FAST_BINS_PER_ROW) - FAST_ROW_LOG2;

    return shift * FAST_BINS_PER_ROW + (units >> shift);
}

/* The fewest grains of a block in `bin`. */
static inline uint32_t fast_bin_least(uint32_t bin)
{
    if (bin < FAST_EXACT_BINS)
        return bin;
    return (FAST_BINS_PER_ROW + bin % FAST_BINS_PER_ROW) << (bin / FAST_BINS_PER_ROW - 1);
}

static inline struct fast_bins *fast_bins(const struct fast *fast)
{
    return fast->bins ? fast_payload_at(fast, fast->bins) : NULL;
}

/* The list for free blocks of `units`: a bin, or FAST_LOOSE. */
static inline uint32_t fast_list_in(const struct fast_bins *bins, uint32_t units)
{
    uint32_t bin = fast_bin_for(units);

    return bins && bin < bins->count * (uint32_t)FAST_BINS_PER_ROW ? bin : FAST_LOOSE;
}

static inline uint32_t fast_list_for(const struct fast *fast, uint32_t units)
{
    return fast_list_in(fast_bins(fast), units);
}

/* The place of the first block in `bin`; 0 for none. */
static inline uint32_t fast_bin_first(const struct fast_bins *bins, uint32_t bin)
{
    return bins->rows[bin / FAST_BINS_PER_ROW].heads[bin % FAST_BINS_PER_ROW];
}

/* Where `list` keeps its first block. */
static inline uint32_t *fast_head(struct fast *fast, struct fast_bins *bins, uint32_t list)
{
    return fast_unlikely(list == FAST_LOOSE)
               ? &fast->loose
               : &bins->rows[list / FAST_BINS_PER_ROW].heads[list % FAST_BINS_PER_ROW];
}

/* `list`, if it is a bin, is not empty any more; or is now. */
static inline void fast_mark_in_use(struct fast_bins *bins, uint32_t list)
{
    if (list == FAST_LOOSE)
        return;
    bins->rows[list / FAST_BINS_PER_ROW].in_use |= 1u << list % FAST_BINS_PER_ROW;
    bins->rows_in_use |= 1u << list / FAST_BINS_PER_ROW;
}

static inline void fast_mark_empty(struct fast_bins *bins, uint32_t list)
{
    struct fast_row *row;

    if (list == FAST_LOOSE)
        return;
    row = &bins->rows[list / FAST_BINS_PER_ROW];
    row->in_use &= ~(1u << list % FAST_BINS_PER_ROW);
    if (!row->in_use)
        bins->rows_in_use &= ~(1u << list / FAST_BINS_PER_ROW);
}

/* Put a free block of `units` on the list of its size. */
static inline void fast_push(struct fast *fast, struct fast_block *block, uint32_t units)
{
    struct fast_bins *bins = fast_bins(fast);
    uint32_t list = fast_list_in(bins, units), place = fast_place(fast, block);
    uint32_t *head = fast_head(fast, bins, list), first = *head;

    *head = place;
    block->next = first;
    block->prev = 0;
    if (first)
        fast_block_at(fast, first)->prev = place;
    else
        fast_mark_in_use(bins, list);
    if (fast_is_watched(fast))
        hg_fast_tell_list(fast, HG_EVENT_PUSH, list, block, units);
}

/* The list for blocks of `units` lost its first block; what is now its first is at `place`. */
static inline void fast_replace_first(struct fast *fast, uint32_t units, uint32_t place)
{
    struct fast_bins *bins = fast_bins(fast);
    uint32_t list = fast_list_in(bins, units);

    *fast_head(fast, bins, list) = place;
    if (!place)
        fast_mark_empty(bins, list);
}

/* Take a free block of `units` off its list, and report `kind`: HG_EVENT_TAKE or HG_EVENT_UNLINK.
 */
static inline void fast_unlink(struct fast *fast, struct fast_block *block, uint32_t units,
                               enum hg_event_kind kind)
{
    uint32_t next = block->next, prev = block->prev;

    if (next)
        fast_block_at(fast, next)->prev = prev;
    if (prev)
        fast_block_at(fast, prev)->next = next;
    else
        fast_replace_first(fast, units, next);
    if (fast_is_watched(fast))
        hg_fast_tell_list(fast, kind, fast_list_for(fast, units), block, units);
}

/* A free block of at least `units`, NULL if none was found.
 *   cost     O(loose blocks), which are few where the bins are on; O(1) in the bins
 *   source   the bins: TLSF, Masmano et al., 2004; near-best fit in them: Lea's dlmalloc */
struct fast_block *hg_fast_search(struct fast *fast, uint32_t units);

/* Make bins, or more of them, for the heap's present size, and give each block the bin it now has.
 * Nothing changes if they are there, or cost too much, or cannot be had. */
void hg_fast_make_bins(struct fast *fast);

#endif
