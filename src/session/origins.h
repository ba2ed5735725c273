/* origins.h: where the steps of a program's come from: who called, in which thread, and when. They
 * are those of traced steps, and are shared with them. */
#ifndef SESSION_ORIGINS_H
#define SESSION_ORIGINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/shelf.h"
#include "trace/call_ring.h"

struct origin {
    uint64_t time : 63;    /* ticks since the program's first call: */
    uint64_t is_timed : 1; /* just then; else later, but before the next that is timed */
    uint32_t site;         /* the place that called, below site_count */
    uint32_t thread;
};

struct origins {
    unsigned references;
    struct origin *items; /* of step number n: items[n - 1] */
    size_t count;
    struct shelf shelf; /* that they lie on */
    uint64_t *sites;    /* return addresses, in the order in which they first called */
    size_t site_count, site_capacity;
    uint32_t *slots; /* 1 + a site, hashed by address */
    size_t slot_capacity;
    uint64_t began;
};

struct origins *origins_create(void);
struct origins *origins_share(struct origins *origins);
void origins_drop(struct origins *origins); /* NULL does nothing */

/* Make room for so many more, of which `memory_most` bytes may lie in memory. False where there is
 * none. */
bool origins_reserve(struct origins *origins, size_t more, uint64_t memory_most);

/* Append the next step's, which is a call.
 *   returns  whether it is the first of its caller */
bool origins_add(struct origins *origins, const struct call *call);

#endif
