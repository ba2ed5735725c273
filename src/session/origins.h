/* origins.h: where the steps of a program's come from: who called, in which thread, and when. They
 * are those of traced steps, and are shared with them. */
#ifndef SESSION_ORIGINS_H
#define SESSION_ORIGINS_H

#include "base/packed_rows.h"
#include "trace/call_ring.h"

struct origin {
    uint64_t time; /* ticks since the program's first call: */
    bool is_timed; /* just then; else later, but before the next that is timed */
    uint32_t site; /* the place that called, below site_count */
    uint32_t thread;
};

struct origins {
    unsigned references;
    size_t count;
    struct packed_rows rows;    /* of step number n: row n - 1 */
    struct packed_rows moments; /* the times that there are, which many have in common */
    uint64_t last_time;
    uint64_t *sites; /* return addresses, in the order in which they first called */
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

/* A copy of those of the first `count` steps, none of which were let go. */
struct origins *origins_copy(const struct origins *origins, size_t count, uint64_t memory_most);

/* Let those of the first `count` steps go, but for some, at rising indices from 0. No progress
 * stops it. */
void origins_let_go(struct origins *origins, size_t count, const size_t *indices,
                    size_t index_count, const struct progress *progress);

/* The bytes that the rows take; NULL has none. */
size_t origins_bytes(const struct origins *origins);

/* Append the next step's, which is a call.
 *   returns  whether it is the first of its caller */
bool origins_add(struct origins *origins, const struct call *call);

/* That of step number `number`, from 1; and whether that one is timed. */
struct origin origins_at(const struct origins *origins, size_t number);
bool origins_is_timed(const struct origins *origins, size_t number);

#endif
