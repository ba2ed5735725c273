/* census.h: the used blocks of a heap in the order of their addresses, found by any address inside
 * a payload, in mappings of their own. */
#ifndef COLLECTOR_CENSUS_H
#define COLLECTOR_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/backing.h"
#include "kind/kind.h"

#define CENSUS_NONE UINT32_MAX

struct census_entry {
    uint64_t at;             /* the block's offset, */
    uint64_t payload, until; /* and its payload's first byte and the one behind its last */
    uint64_t size;           /* of the block */
};

/* One that is all zero is of no block. Entry number i stands in granule g, if its payload begins
 * there, for first[g] <= i < first[g + 1]; a granule is 2^shift bytes of the heap. */
struct census {
    struct census_entry *entries;
    uint32_t *first;
    uint32_t count;
    unsigned shift;
    struct backing entry_backing, first_backing;
};

/* Take the census of a heap of which `extent` bytes can be read.
 *   returns  false with errno set: ENOMEM, or EOVERFLOW for more blocks than can be numbered */
bool census_take(struct census *census, const struct kind *kind, const void *heap, size_t extent);
void census_finish(struct census *census);

/* The number of the block in whose payload the offset lies; CENSUS_NONE if it is in none.
 *   offset  below the extent
 *   cost    O(log of the blocks in a granule), in which there is one on average */
uint32_t census_find(const struct census *census, uint64_t offset);

#endif
