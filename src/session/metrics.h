/* metrics.h: what can be said of a heap in numbers. The ratios have their formulas here and nowhere
 * else; the screen shows the same formulas beside them. */
#ifndef SESSION_METRICS_H
#define SESSION_METRICS_H

#include <stdint.h>

#include "session/block_table.h"

/* All in bytes, but for the two counts of blocks. */
struct metrics {
    uint64_t heap_size;
    uint64_t requested;    /* asked for, of all live blocks */
    uint64_t used;         /* blocks in use, with header, padding and footer */
    uint64_t padding;      /* usable but not asked for */
    uint64_t free;         /* free blocks, with header and footer */
    uint64_t largest_free;
    uint64_t tags;         /* headers and footers of all blocks */
    uint64_t bookkeeping;  /* the heap's own state, and its end marker */
    uint64_t used_blocks, free_blocks;
    uint64_t peak_requested, peak_heap; /* over all steps so far */
};

/* Measure the heap. The peaks are those of `before`, or higher. */
struct metrics metrics_measure(const struct block_table *blocks, const struct metrics *before);

/* 1 - largest free block / all free bytes; 0 when nothing is free. */
double metrics_external_ratio(const struct metrics *metrics);

/* Padding / bytes of used blocks; 0 when nothing is used. */
double metrics_internal_ratio(const struct metrics *metrics);

/* Headers, footers and bookkeeping / heap size. */
double metrics_overhead_ratio(const struct metrics *metrics);

/* Peak of the bytes asked for / peak of the heap size. */
double metrics_utilization_ratio(const struct metrics *metrics);

#endif
