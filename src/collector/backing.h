/* backing.h: memory of one's own: it is neither on the break nor libc's malloc's. The mappings are
 * shared ones, which a limit on data (RLIMIT_DATA) does not count; so a copy of the process that
 * made one has the same memory, not a copy. */
#ifndef COLLECTOR_BACKING_H
#define COLLECTOR_BACKING_H

#include <stdbool.h>
#include <stddef.h>

/* One that is all zero is of no bytes. */
struct backing {
    void *memory; /* zero at first */
    size_t size;  /* bytes */
};

/* Make room for `size` bytes, keeping those that are there; false with errno set, and all as it
 * was. */
bool backing_grow(struct backing *backing, size_t size);

/* Give it back; errno stays. */
void backing_finish(struct backing *backing);

#endif
