/* metrics.h: what can be said of a heap in numbers: the one list of measures, and the one of
 * ratios. What is shown, expected and reported is made from these. */
#ifndef SESSION_METRICS_H
#define SESSION_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "session/block_table.h"

/* All in bytes, but for the two counts of blocks. */
struct metrics {
    uint64_t heap_size;
    uint64_t requested; /* asked for, of all live blocks */
    uint64_t used;      /* blocks in use, with header, padding and footer */
    uint64_t padding;   /* usable but not asked for */
    uint64_t red_zones; /* of the padding, what was asked for to guard payloads */
    uint64_t free;      /* free blocks, with header and footer */
    uint64_t largest_free;
    uint64_t overhead; /* headers and footers of all blocks, and bookkeeping */
    uint64_t used_blocks, free_blocks;
    uint64_t peak_requested, peak_heap; /* over all steps so far */
    uint64_t untold; /* of which the heap does not tell: what is not asked for of it is not known */
    uint64_t mapped; /* asked for, of what lies outside, in mappings of its own */
    uint64_t
        is_unasked;     /* not 0: what was asked for is not known, and taken for all usable bytes */
    uint64_t has_slots; /* not 0: each free block serves every request that any of them serves */
};

/* Measure the heap. The peaks are those of `before`, or higher. */
struct metrics metrics_measure(const struct block_table *blocks, bool has_slots,
                               const struct metrics *before);

/* A number of bytes or of blocks. */
struct measure {
    const char *name;    /* one word: "largest" */
    const char *meaning; /* a few: "the largest free block" */
    bool is_count;       /* of blocks, not of bytes */
    bool is_rare;        /* not worth showing where it is 0 */
    size_t offset;       /* in struct metrics */
};

/* The measure with this number; NULL beyond the last. */
const struct measure *measure_at(unsigned number);

/* The measure of this name; NULL if there is none. */
const struct measure *measure_find(const char *name);
uint64_t measure_value(const struct measure *measure, const struct metrics *metrics);

/* Whether it is known, of a heap that may not tell all. */
bool measure_is_known(const struct measure *measure, const struct metrics *metrics);

/* Whether it is kept of each step of a trace, also where nobody looked at the blocks: see
 * traced_metrics. */
bool measure_is_kept(const struct measure *measure);

/* A part of a whole, or what is missing to it:
 *      external     1 - largest free block / all free bytes; 0 when nothing is free, and where all
 *                   slots are alike, so that none is too small
 *      internal     padding / bytes of used blocks
 *      overhead     headers, footers and bookkeeping / heap size
 *      utilization  peak of the bytes asked for / peak of the heap size */
struct ratio {
    const char *name;
    const char *part_words, *whole_words; /* as in the formula: "largest", "free" */
    size_t part, whole;                   /* offsets in struct metrics */
    bool is_complement;                   /* 1 - part / whole */
};

enum { RATIO_EXTERNAL, RATIO_INTERNAL, RATIO_OVERHEAD, RATIO_UTILIZATION, RATIOS };

/* The ratio with this number; NULL beyond the last. */
const struct ratio *ratio_at(unsigned number);

/* Its value by its formula, NAN where a measure in it is not known; but where any slot fits all
 * requests, there is no external fragmentation. */
double ratio_value(unsigned number, const struct metrics *metrics);

/* Whether both numbers in it are kept of each step of a trace. */
bool ratio_is_kept(unsigned number);

/* Append the value in percent, "?" where it is not known. */
void ratio_add(struct text *text, double ratio);

/* What a search for room looks at, one by one: "free block", or of a pool "slot". */
const char *metrics_searched_word(const struct metrics *metrics);

/* The numbers in its formula. */
uint64_t ratio_part(const struct ratio *ratio, const struct metrics *metrics);
uint64_t ratio_whole(const struct ratio *ratio, const struct metrics *metrics);

#endif
