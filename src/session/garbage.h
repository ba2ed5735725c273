/* garbage.h: what a collector would free, without freeing it. */
#ifndef SESSION_GARBAGE_H
#define SESSION_GARBAGE_H

#include "session/session.h"

struct garbage {
    uint64_t *payloads; /* offsets in rising order */
    size_t count;
    uint64_t bytes;       /* that they can hold */
    struct events events; /* of the search */
};

/* One that is all zero is nothing. */
void garbage_finish(struct garbage *garbage);

/* Whether a collector can work on this heap; false with `error` set. */
bool session_can_collect(const struct session *session, struct error *error);

/* Find what a collector would free that looks at each `window`-th byte, and mark it in the picture
 * up to the next step.
 *   ret_garbage  the caller's, to be given back
 *   returns      false with `error` set */
bool session_find_garbage(struct session *session, uint32_t window, struct garbage *ret_garbage,
                          struct error *error);

#endif
