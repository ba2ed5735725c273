/* clock.h: a clock finer than nanoseconds, whose own cost is known. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdint.h>
#ifdef __x86_64__
#include <x86intrin.h>
#endif

#include "base/clock.h"

/* Ticks of the finest clock there is. No instruction before or after moves across the reading. */
static inline uint64_t clock_ticks(void)
{
#ifdef __x86_64__
    uint64_t ticks;

    _mm_lfence();
    ticks = __rdtsc();
    _mm_lfence();
    return ticks;
#else
    return clock_ns();
#endif
}

struct tick_clock {
    double ns_per_tick;
    uint64_t own_ticks; /* between two readings with nothing between them: to be subtracted */
};

/* Compare ticks with nanoseconds.
 *   cost  a few milliseconds */
struct tick_clock tick_clock_calibrate(void);

#endif
