/* progress.h: one line on a terminal that says how far a long work is. */
#ifndef BENCH_PROGRESS_H
#define BENCH_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    uint64_t start_ns;
    bool wanted; /* standard error is a terminal */
    bool shown;
};

struct progress progress_begin(bool wanted);

/* Say that part `done` of `total` is being worked on, unless the whole is younger than half a
 * second. */
void progress_show(struct progress *progress, size_t done, size_t total, const char *trace,
                   const char *allocator);

/* Take the line away. */
void progress_end(struct progress *progress);

#endif
