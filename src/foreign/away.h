/* away.h: free blocks of the main arena that lie in none of its heaps. Where the break could not
 * move, malloc goes on in memory that it maps, and its lists lead there and back. */
#ifndef FOREIGN_AWAY_H
#define FOREIGN_AWAY_H

#include "foreign/find.h"

struct found_away {
    struct image_away *items; /* by their addresses */
    size_t count, capacity;
};

/* Follow the main arena's lists, and take what lies in no heap; nothing where the main heap does
 * not go on elsewhere.
 *   layout  of the version, as caches tell
 *   cost    a read for each block on a list */
struct found_away find_away(const struct memory *memory, const struct found *found,
                            const struct glibc_layout *layout);

void found_away_finish(struct found_away *away);

#endif
