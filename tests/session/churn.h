/* churn.h: steps by chance, for tests of what is imported. */
#ifndef SESSION_CHURN_H
#define SESSION_CHURN_H

#include "base/random.h"
#include "session/history.h"

/* A step at a place: its payload is allocated, or, if it is live, freed or resized. */
static inline struct traced_step churn_step(struct random *random, uint32_t place, bool *is_live,
                                            bool resizes, size_t size_most)
{
    bool frees = *is_live && !resizes;
    struct traced_step step = {
        .kind = frees     ? OP_FREE
                : resizes ? OP_REALLOC
                          : OP_ALLOC,
        .place = place & TRACED_PLACE_MOST,
        .size = frees ? 0 : (1 + random_below(random, size_most)) & TRACED_SIZE_MOST,
    };

    *is_live = !frees;
    return step;
}

static inline void churn_name_places(struct history *history, uint32_t count)
{
    for (uint32_t place = 0; place < count; place++)
        names_add_numbered(&history->names);
}

#endif
