/* replay.h: run a trace on an allocator: once watched, several times against the clock. */
#ifndef BENCH_REPLAY_H
#define BENCH_REPLAY_H

#include "bench/allocator.h"
#include "base/progress.h"
#include "bench/result.h"
#include "trace/trace.h"

struct replay_options {
    unsigned runs;            /* that are timed, at least 1; the best counts */
    bool latency;             /* time each malloc, too */
    enum bench_memory memory; /* unless it is fresh, there is a run to touch it before */
    struct progress progress; /* told before each run but the first; nobody stops it */
};

/* Measure `allocator` on `trace`. In the watched run every payload is filled, and verified when it
 * is changed or freed; in the timed ones payloads are not touched.
 *   result  its served, reason, operations, peaks, measure, runs, best_ns and latency are filled;
 *           its names are the caller's
 *   cost    runs + 1 times the trace, and as much again for the latency */
void replay_measure(const struct bench_allocator *allocator, const struct trace *trace,
                    const struct replay_options *options, struct bench_result *result);

#endif
