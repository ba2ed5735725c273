/* mapping.h: memory of one's own: it is neither on the break nor libc's malloc's. The mappings are
 * shared ones, which a limit on data (RLIMIT_DATA) does not count; so a copy of the process that
 * made one has the same memory, not a copy. */
#ifndef COLLECTOR_MAPPING_H
#define COLLECTOR_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

/* One that is all zero is of no bytes. */
struct mapping {
    void *memory; /* zero at first */
    size_t size;  /* bytes */
};

/* Make room for `size` bytes, keeping those that are there; false with errno set, and all as it
 * was. */
bool mapping_grow(struct mapping *mapping, size_t size);

/* Give it back; errno stays. */
void mapping_finish(struct mapping *mapping);

#endif
