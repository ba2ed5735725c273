/* call_places.h: calls of a program as steps: which variable has each of its blocks. One that is
 * all zero is for a fresh heap. */
#ifndef SESSION_CALL_PLACES_H
#define SESSION_CALL_PLACES_H

#include "base/address_table.h"
#include "session/names.h"
#include "session/traced.h"
#include "trace/call_ring.h"

struct call_places {
    struct address_table blocks; /* by 1 + offset: the variables that have them */
    uint32_t count;              /* variables that there are */
    uint32_t *vacant;            /* of those, these have no block */
    size_t vacant_count, vacant_capacity;
};

void call_places_finish(struct call_places *places);

/* Let there be the variables of traced steps, as they are after the last of these.
 *   known  what was done to each */
void call_places_recall(struct call_places *places, const struct traced *traced,
                        const struct traced_place *known, uint32_t count);

/* What a call is as a step, with its payload and heap size.
 *   names    get the name of a variable that is new
 *   returns  false where it is about a block of which nothing is known */
bool call_places_step(struct call_places *places, struct names *names, const struct call *call,
                      struct traced_step *ret_step);

#endif
