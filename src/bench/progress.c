/* progress.c: see progress.h. */
#include "bench/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "bench/clock.h"

#define CLEAR_LINE "\r\033[K"

enum { PATIENCE_NS = 500000000 };

struct progress progress_begin(bool wanted, size_t total)
{
    return (struct progress){
        .start_ns = clock_ns(), .wanted = wanted && isatty(STDERR_FILENO), .total = total};
}

void progress_next(struct progress *progress, const char *trace, const char *allocator)
{
    progress->part++;
    progress->trace = trace;
    progress->allocator = allocator;
    progress_tick(progress);
}

void progress_tick(void *context)
{
    struct progress *progress = context;

    if (!progress->wanted || progress->shown == progress->part ||
        clock_ns() - progress->start_ns < PATIENCE_NS)
        return;
    fprintf(stderr, CLEAR_LINE "%zu of %zu: %s on %s", progress->part, progress->total,
            progress->allocator, progress->trace);
    progress->shown = progress->part;
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs(CLEAR_LINE, stderr);
    progress->shown = 0;
}
