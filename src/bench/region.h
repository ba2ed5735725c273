/* region.h: memory for a heap that is measured: a stretch of addresses, opened as the heap grows.
 *
 *      start            end                opened                 start + size
 *        | of the heap   | readable, unused  | addresses without memory |
 *
 * It stands in for the break, which the C library's malloc needs for itself. Growing costs a system
 * call only once in REGION_STEP bytes. */
#ifndef BENCH_REGION_H
#define BENCH_REGION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "heapglass/heap.h"

struct region {
    char *start;
    size_t size;   /* addresses */
    size_t opened; /* bytes that can be read and written, from the start */
    size_t used;   /* bytes given out */
    bool keeps;    /* memory that was touched once stays, with its bytes */
};

/* Set aside as many addresses as there is memory, or fewer where they are short.
 *   errors  the kernel refuses */
bool region_init(struct region *region, struct error *error);
void region_finish(struct region *region);

/* Take all memory back: the next heap begins with a region without a page, or, where `keeps` is
 * set, with all that were touched. */
void region_reset(struct region *region);

/* Grow and shrink of `region`, which must outlive the heap. Pages that are taken back go to the
 * kernel, and come again as zeros, unless `keeps` is set. */
struct hg_os region_os(struct region *region);

#endif
