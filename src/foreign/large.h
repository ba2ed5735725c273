/* large.h: large blocks, each of which malloc has mapped for itself: they lie in no heap. */
#ifndef FOREIGN_LARGE_H
#define FOREIGN_LARGE_H

#include "foreign/find.h"

struct found_large {
    struct image_large *items; /* by their addresses */
    size_t count, capacity;
};

/* Look for them in memory that is mapped from no file: what begins like a chunk that says so of
 * itself, and fits into pages, is taken for one.
 *   most   how many there are, if that is known, else UINT64_MAX: more are not looked for
 *   cost   a read for each page in memory that is not a block's, up to a million */
struct found_large find_large(const struct memory *memory, const struct found *found,
                              uint64_t most);

void found_large_finish(struct found_large *large);

#endif
