/* region.h: address space that belongs to the process's heap alone.
 *
 *      start            used             opened                       reserved
 *        | given out     | zero           | no access                  |
 *
 * What always holds:
 *  - used <= opened <= reserved; the heap is [start, start + used);
 *  - [used, opened) is readable, writable and zero; nothing behind it may be touched;
 *  - the program's break is neither used nor moved, so whoever else moves it does no harm.
 */
#ifndef PRELOAD_REGION_H
#define PRELOAD_REGION_H

#include <stdbool.h>
#include <stddef.h>

#include "heapglass/heap.h"

struct region {
    char *start;
    size_t used, opened, reserved;
};

/* Reserve 1 TiB of address space, or where a limit forbids that, the largest power of two that is
 * to be had. It costs no memory until it is opened, 1 MiB at a time. False with errno ENOMEM if
 * there is nothing. */
bool region_reserve(struct region *region);

/* Memory from the region, which must outlive the heap. What is taken back goes to the system. */
struct hg_os region_os(struct region *region);

/* Whether an address lies in what was reserved. What it says never changes, so it needs no lock. */
static inline bool region_holds(const struct region *region, const void *address)
{
    return (size_t)((const char *)address - region->start) < region->reserved;
}

#endif
