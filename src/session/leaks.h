/* leaks.h: what is live and lost: to which no variable leads. */
#ifndef SESSION_LEAKS_H
#define SESSION_LEAKS_H

#include "session/picture.h"

/* A lost payload that no other lost one points to, and what of the lost hangs on it; or one of a
 * circle to which nothing else points. What hangs on several is counted with the first. */
struct leak {
    const struct allocation *allocation; /* valid as long as the picture is not changed */
    uint64_t kept, kept_bytes;           /* other payloads */
    bool is_circle;
};

struct leaks {
    struct leak *items; /* by the step that lost them, and the steps that allocated them */
    size_t count;
    uint64_t blocks, bytes; /* in all */
};

/* Find all leaks; to be given back.
 *   cost  O(live payloads and links) */
struct leaks leaks_find(const struct picture *picture);
void leaks_finish(struct leaks *leaks);

/* What reference counts would have left of what is lost: what is in a circle, or hangs on one.
 *   ret_counts  how many lost payloads point to each
 *   returns     the payloads; both to be given back with free */
const struct allocation **leaks_uncountable(const struct picture *picture, uint64_t **ret_counts,
                                            size_t *ret_count);

#endif
