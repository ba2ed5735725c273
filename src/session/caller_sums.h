/* caller_sums.h: what came of the calls of each place in a program up to some step, and which of
 * them made the block that each variable has: so that it can be gone on with from there, where the
 * steps before are not kept. */
#ifndef SESSION_CALLER_SUMS_H
#define SESSION_CALLER_SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct traced;

/* What came of the calls of one place. What is resized is from then on the resizer's. */
struct caller {
    uint32_t site;
    uint64_t blocks, bytes; /* live ones, */
    uint64_t peak;          /* and the most bytes that were ever live */
    uint64_t allocations, allocated;
    uint64_t freed, lifetime; /* blocks that were freed, and the ticks that they lived in all, as
                                 far as calls are timed */
};

/* The block that a variable has. */
struct called_block {
    uint64_t size, since;
    uint32_t site;
    bool is_live;
};

/* Those that are all zero are of the fresh heap. */
struct caller_sums {
    size_t until;           /* the step */
    struct caller *callers; /* by site: of all that have called */
    size_t count, capacity;
    struct called_block *blocks; /* by place */
    size_t places, place_capacity;
};

void caller_sums_finish(struct caller_sums *sums);
struct caller_sums caller_sums_copy(const struct caller_sums *sums);

/* Go on to step number `until`, which is not before, of traced steps whose origins are known.
 *   cost  O(steps) */
void caller_sums_follow(struct caller_sums *sums, const struct traced *traced, size_t until);

#endif
