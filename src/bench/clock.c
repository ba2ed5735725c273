/* clock.c: see clock.h. */
#include "bench/clock.h"

enum { CALIBRATION_NS = 5000000, READINGS = 1000 };

struct tick_clock tick_clock_calibrate(void)
{
    struct tick_clock clock = {.own_ticks = UINT64_MAX};
    uint64_t first_ns = clock_ns(), first = clock_ticks(), now_ns;

    do {
        now_ns = clock_ns();
    } while (now_ns - first_ns < CALIBRATION_NS);
    clock.ns_per_tick = (double)(now_ns - first_ns) / (double)(clock_ticks() - first);
    for (int i = 0; i < READINGS; i++) {
        uint64_t before = clock_ticks(), between = clock_ticks() - before;

        if (between < clock.own_ticks)
            clock.own_ticks = between;
    }
    return clock;
}
