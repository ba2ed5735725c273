/* region.h: address space that belongs to the process's heap alone.
 *
 *      start         used            opened                   reserved
 *        | given out  | zero          | no access              | marks | their bytes |
 *
 * What always holds:
 *  - used <= opened <= reserved; the heap is [start, start + used);
 *  - [used, opened) is readable, writable and zero; nothing behind it may be touched;
 *  - there are marks, and bytes of theirs, for all that is opened;
 *  - the program's break is neither used nor moved, so whoever else moves it does no harm.
 */
#ifndef PRELOAD_REGION_H
#define PRELOAD_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heapglass/heap.h"
#include "preload/marks.h"

struct region {
    struct marks marks; /* first, to be beside what else each malloc reads */
    char *start;
    size_t used, opened, reserved;
    size_t most_used;    /* so far */
    size_t marks_opened; /* bytes */
    size_t bytes_opened;
};

/* Reserve 1 TiB of address space, or where a limit forbids that, the largest power of two that is
 * to be had, and as much more as its marks need. It costs no memory until it is opened, 1 MiB
 * at a time. False with errno ENOMEM if there is nothing.
 *   like  an address: the region starts as far from a multiple of 1 GiB, if that can be; 0 for
 *         anywhere */
bool region_reserve(struct region *region, uintptr_t like);

/* Memory from the region, which must outlive the heap. What is taken back goes to the system. */
struct hg_os region_os(struct region *region);

#endif
