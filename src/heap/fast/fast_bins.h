/* fast_bins.h: bins, lists of free blocks by size.
 *
 * Below 1 KiB there is a bin for each size. Above, each power of two has a row of 32 bins: bin b of
 * the row of 2^e bytes holds the blocks from (32 + b) * 2^(e - 5) bytes up to the next bin's. Two
 * levels of bits find the next bin that is not empty in a few instructions:
 *
 *      fast->rows_in_use  . . 1 . . 1 ...       one bit per row: has a bin that is not empty
 *                             |
 *      bins.rows[]        . 1 . . . . 1 ...     one bit per bin: is not empty
 *                           |
 *      bins.heads[]       its first block, then by its links; last in, first out
 *
 * The table has the words of all rows, then the heads of all bins. There are as many rows, from
 * that of the smallest blocks on, as the heap can bear. Blocks beyond the last bin are loose, and
 * so are all while there are no bins. Loose blocks are on one list, which is searched whole: there
 * are few, or it is time for more rows - or the bins are off. */
#ifndef HEAP_FAST_BINS_H
#define HEAP_FAST_BINS_H

#include "base/bits.h"
#include "heap/fast/fast_events.h"

enum {
    FAST_EXACT_BINS = 1024 / FAST_GRAIN, /* one for each size */
    FAST_ROW_LOG2 = 5,
    FAST_LOOSE = 0, /* the number of the list of loose blocks; no block belongs into bin 0 */
};

#define FAST_ROW_SIZE ((1 + FAST_BINS_PER_ROW) * sizeof(uint32_t))

static inline size_t fast_bins_size(uint32_t rows)
{
    return rows * FAST_ROW_SIZE;
}

/* Where the table of bins has what. */
struct fast_bins {
    uint32_t *rows;
    uint32_t *heads;
};

/* The table of so many rows that starts here. */
static inline struct fast_bins fast_bins_in(uint32_t *table, uint32_t rows)
{
    return (struct fast_bins){table, table + rows};
}

/* A tlsf heap has all bins from the start, in its state. */
#define FAST_TLSF_BINS_AT bits_align_up(sizeof(struct fast), FAST_GRAIN)

/* The offset of the first header. */
static inline uint64_t fast_first_at(bool is_tlsf)
{
    uint64_t bins_end = FAST_TLSF_BINS_AT + fast_bins_size(FAST_ROWS);

    return is_tlsf ? bits_align_up(bins_end - FAST_HEADER, FAST_GRAIN) + FAST_HEADER
                   : sizeof(struct fast);
}

/* How many rows the heap can bear: they take no more than a part of it. */
static inline uint32_t fast_rows_borne(const struct fast *fast)
{
    enum { SHARE = 64 };

    return fast->heap.flags & FAST_HAS_BINS ? (uint32_t)(fast->heap.size / SHARE / FAST_ROW_SIZE)
                                            : 0;
}

/* The bin for blocks of `units`: below 64, that number; above, the five bits behind the highest,
 * and before them how far that is to the left. */
static inline uint32_t fast_bin_for(uint32_t units)
{
    unsigned shift = bits_floor_log2(units | FAST_BINS_PER_ROW) - FAST_ROW_LOG2;

    return shift * FAST_BINS_PER_ROW + (units >> shift);
}

/* The first bin in which all blocks have `units` or more, 1 at least: that number is rounded up to
 * where a bin starts. */
static inline uint32_t fast_bin_above(uint32_t units)
{
    unsigned shift = bits_floor_log2(units | FAST_BINS_PER_ROW) - FAST_ROW_LOG2;

    return shift * FAST_BINS_PER_ROW + ((units - 1) >> shift) + 1;
}

/* The fewest grains of a block in `bin`. */
static inline uint32_t fast_bin_least(uint32_t bin)
{
    if (bin < FAST_EXACT_BINS)
        return bin;
    return (FAST_BINS_PER_ROW + bin % FAST_BINS_PER_ROW) << (bin / FAST_BINS_PER_ROW - 1);
}

/* How many rows of bins there are, and these. */
FAST_PATH uint32_t fast_row_count(const struct fast *fast, const unsigned known)
{
    return known & FAST_ALL_BINS ? FAST_ROWS : fast->bin_rows;
}

FAST_PATH struct fast_bins fast_bins_known(const struct fast *fast, const unsigned known)
{
    uint32_t place =
        known & FAST_ALL_BINS ? (uint32_t)(FAST_TLSF_BINS_AT / FAST_GRAIN) : fast->bins;

    return fast_bins_in(fast_payload_at(fast, place), fast_row_count(fast, known));
}

static inline struct fast_bins fast_bins(const struct fast *fast)
{
    return fast_bins_known(fast, FAST_WATCHED);
}

/* The list for free blocks of `units`, 1 at least: a bin, or FAST_LOOSE. */
FAST_PATH uint32_t fast_list_known(const struct fast *fast, uint32_t units, const unsigned known)
{
    uint32_t bin = fast_bin_for(units);

    if (bin == FAST_LOOSE)
        __builtin_unreachable(); /* so that a bin need not be asked again whether it is one */
    return known & FAST_ALL_BINS || fast_likely(bin / FAST_BINS_PER_ROW < fast->bin_rows)
               ? bin
               : (uint32_t)FAST_LOOSE;
}

static inline uint32_t fast_list_for(const struct fast *fast, uint32_t units)
{
    return fast_list_known(fast, units, FAST_WATCHED);
}

/* Whether `list` is that of loose blocks. All below looks up where the bins are once, and asks this
 * once, since what it writes to a list could be the state, for all that the compiler knows. */
FAST_PATH bool fast_is_loose(uint32_t list, const unsigned known)
{
    return !(known & FAST_ALL_BINS) && fast_unlikely(list == FAST_LOOSE);
}

FAST_PATH uint32_t *fast_bin_head(const struct fast *fast, uint32_t bin, const unsigned known)
{
    return fast_bins_known(fast, known).heads + bin;
}

/* ---- Links ----
 *
 * In a heap at work, whether a block is the first of its list, the last, the only one, is a coin
 * toss, and a branch that is guessed wrong costs as much as all that is written here. So there is
 * none: where there is nothing to write to, it goes to a block that nobody reads. Of blocks that
 * are replaced at random, that halved the wrong guesses of freeing, and took 0.8 to 0.9 of the
 * time. Where all can be foreseen, as in 1,000 operations that are replayed again and again, it
 * takes 1.1 to 1.4 of it. */

/* `one` or `other`, chosen without a branch. What the compiler cannot look into, it computes before
 * it chooses. */
static inline void *fast_either(bool condition, const void *one, const void *other)
{
    uintptr_t chosen = (uintptr_t)one, rest = (uintptr_t)other;

    __asm__("" : "+r"(chosen), "+r"(rest));
    chosen = __builtin_expect_with_probability(condition, 1, 0.5) ? chosen : rest;
    __asm__("" : "+r"(chosen));
    return (void *)chosen;
}

/* Make `block`, at `place`, the first of the list at `head`. */
static inline void fast_chain(const struct fast *fast, uint32_t *head, uint32_t place,
                              struct fast_block *block)
{
    struct fast_block nobody, *after;
    uint32_t first = *head;

    *head = place;
    block->next = first;
    block->prev = 0;
    after = fast_either(first, fast_block_at(fast, first), &nobody);
    after->prev = place;
}

/* Take the block between `prev` and `next` out of the list at `head`. */
static inline void fast_unchain(const struct fast *fast, uint32_t *head, uint32_t prev,
                                uint32_t next)
{
    struct fast_block nobody, *after = fast_either(next, fast_block_at(fast, next), &nobody);
    uint32_t *before = fast_either(prev, &fast_block_at(fast, prev)->next, head);

    after->prev = prev;
    *before = next;
}

/* `bin` of these has a block. */
static inline void fast_mark_in_use(struct fast *fast, struct fast_bins bins, uint32_t bin)
{
    bins.rows[bin / FAST_BINS_PER_ROW] |= 1u << bin % FAST_BINS_PER_ROW;
    fast->rows_in_use |= 1u << bin / FAST_BINS_PER_ROW;
}

/* `bin` of these has none any more, if `is_empty`. */
static inline void fast_mark_empty(struct fast *fast, struct fast_bins bins, uint32_t bin,
                                   bool is_empty)
{
    uint32_t *row = &bins.rows[bin / FAST_BINS_PER_ROW];
    uint32_t in_use = *row & ~((uint32_t)is_empty << bin % FAST_BINS_PER_ROW);

    *row = in_use;
    if (fast_unlikely(!in_use))
        fast->rows_in_use &= bits_all_but(bin / FAST_BINS_PER_ROW);
}

/* Put a free block of `units` on `list`, that of its size. */
FAST_PATH void fast_push_on(struct fast *fast, uint32_t list, struct fast_block *block,
                            uint32_t units, const unsigned known)
{
    struct fast_bins bins = fast_bins_known(fast, known);
    uint32_t place = fast_place(fast, block);

    if (fast_is_loose(list, known)) {
        fast_chain(fast, &fast->loose, place, block);
    } else {
        fast_chain(fast, &bins.heads[list], place, block);
        fast_mark_in_use(fast, bins, list);
    }
    if (known & FAST_WATCHED)
        fast_tell_list(fast, HG_EVENT_PUSH, list, block, units);
}

/* Put a free block of `units` on the list of its size. */
FAST_PATH void fast_push(struct fast *fast, struct fast_block *block, uint32_t units,
                         const unsigned known)
{
    fast_push_on(fast, fast_list_known(fast, units, known), block, units, known);
}

/* Take `block`, first or not, off `list`. */
FAST_PATH void fast_take_off(struct fast *fast, const struct fast_block *block, uint32_t list,
                             const unsigned known)
{
    struct fast_bins bins = fast_bins_known(fast, known);
    uint32_t prev = block->prev, next = block->next;

    if (fast_is_loose(list, known)) {
        fast_unchain(fast, &fast->loose, prev, next);
    } else {
        fast_unchain(fast, &bins.heads[list], prev, next);
        fast_mark_empty(fast, bins, list, !(prev | next));
    }
}

/* What fast_take_off and fast_push come to for the first block of `bin`, a bin of one size that is
 * not empty, and for a block of `units` whose bin is one of these: the size is its number, and it
 * is there, since larger ones are. Unreported. */
static inline struct fast_block *fast_pop_exact(struct fast *fast, uint32_t bin)
{
    struct fast_bins bins = fast_bins(fast);
    uint32_t *head = &bins.heads[bin];
    struct fast_block nobody, *block = fast_block_at(fast, *head), *after;
    uint32_t next = block->next;

    *head = next;
    after = fast_either(next, fast_block_at(fast, next), &nobody);
    after->prev = 0;
    fast_mark_empty(fast, bins, bin, !next);
    return block;
}

static inline void fast_push_exact(struct fast *fast, struct fast_block *block, uint32_t units)
{
    struct fast_bins bins = fast_bins(fast);

    fast_chain(fast, &bins.heads[units], fast_place(fast, block), block);
    fast_mark_in_use(fast, bins, units);
}

/* Take a free block of `units` off its list, and report `kind`: HG_EVENT_TAKE or HG_EVENT_UNLINK.
 */
FAST_PATH void fast_unlink(struct fast *fast, struct fast_block *block, uint32_t units,
                           enum hg_event_kind kind, const unsigned known)
{
    fast_take_off(fast, block, fast_list_known(fast, units, known), known);
    if (known & FAST_WATCHED)
        fast_tell_list(fast, kind, fast_list_for(fast, units), block, units);
}

#endif
