/* progress.h: one line on a terminal that says how far a long work is. */
#ifndef BENCH_PROGRESS_H
#define BENCH_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    uint64_t start_ns;
    bool wanted;        /* standard error is a terminal */
    size_t part, total; /* the part that is worked on, from 1; of how many */
    size_t shown;       /* the part that is on the terminal; 0 for none */
    const char *trace, *allocator;
};

struct progress progress_begin(bool wanted, size_t total);

/* Say that the next part is being worked on, and what it is. The names must outlive it. */
void progress_next(struct progress *progress, const char *trace, const char *allocator);

/* Show how far it is, unless the whole is younger than half a second, or this was said. */
void progress_tick(void *context);

/* Take the line away. */
void progress_end(struct progress *progress);

#endif
