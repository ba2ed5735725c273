/* costs.h: what the steps cost in the allocator: how they are distributed, not only on average.
 * A malloc that takes 10 ns at first and 200 in a fragmented heap is seen here. */
#ifndef SESSION_COSTS_H
#define SESSION_COSTS_H

#include "session/history.h"

enum { COST_BUCKETS = 32 };

/* Half of the steps, and 99 of 100, cost no more than p50 and p99. */
struct cost {
    uint64_t p50, p99, max;
};

struct costs {
    size_t count; /* of the steps that called the allocator */
    struct cost nanoseconds;
    bool visits_are_known; /* they are not of steps that came of a trace */
    struct cost visits;    /* blocks looked at */
    /* How many steps took [2^i, 2^(i+1)) nanoseconds; the first counts those of 0 as well. */
    size_t buckets[COST_BUCKETS];
};

/* Measure all steps so far.
 *   cost  O(n) in the steps */
struct costs costs_measure(const struct history *history);

#endif
