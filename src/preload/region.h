/* region.h: address space that belongs to the process's heap alone.
 *
 *      start         used            opened                   reserved
 *        | given out  | zero          | no access              | parts | marks | their bytes |
 *
 * Where address space is plenty, parts of it are there for further heaps (arena.h), which have
 * their marks beside the others.
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

enum { REGION_PARTS = 15, REGION_PART_BITS = 35 };

struct region {
    struct marks marks; /* first, to be beside what else each malloc reads */
    char *start;
    size_t used, opened, reserved;
    size_t most_used;    /* so far */
    size_t marks_opened; /* bytes, of its own marks */
    size_t bytes_opened;
    unsigned parts; /* that there are behind it */
};

/* Reserve 1 TiB of address space and its parts, or where a limit forbids that, the largest power of
 * two that is to be had, without parts; and as much more as the marks need. It costs no memory
 * until it is opened, 1 MiB or a huge page at a time. False with errno ENOMEM if there is nothing.
 *   like  an address: the region starts as far from a multiple of 1 GiB, if that can be; 0 for
 *         anywhere */
bool region_reserve(struct region *region, uintptr_t like);

/* Let `part` be part `number` of the region, from 1 up, with nothing in it yet. From now on there
 * are marks for all parts. False if there is no such part, or no memory. */
bool region_open_part(struct region *region, unsigned number, struct region *part);

/* The number of the part that `address` lies in, which has marks; 0 for the region itself. */
static inline unsigned region_part_of(const struct region *region, const void *address)
{
    size_t at = (size_t)((const char *)address - region->start);

    return at < region->reserved ? 0 : (unsigned)((at - region->reserved) >> REGION_PART_BITS) + 1;
}

enum { REGION_CLEARS = 1 << 20 }; /* bytes: as many at once are cleared without being touched */

/* Make the `size` bytes of a block at `first` zero. When it was asked for, the heap had `used`
 * bytes: much that lies beyond them goes back to the system untouched, and comes as zeros again.
 * Returns `first`. */
void *region_clear(const struct region *region, size_t used, char *first, size_t size);

/* Memory from the region, which must outlive the heap. What is taken back goes to the system. */
struct hg_os region_os(struct region *region);

#endif
