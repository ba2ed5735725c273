/* progress.c: see progress.h. */
#include "bench/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "bench/clock.h"

#define CLEAR_LINE "\r\033[K"

enum { PATIENCE_NS = 500000000 };

struct progress progress_begin(bool wanted)
{
    return (struct progress){.start_ns = clock_ns(), .wanted = wanted && isatty(STDERR_FILENO)};
}

void progress_show(struct progress *progress, size_t done, size_t total, const char *trace,
                   const char *allocator)
{
    if (!progress->wanted || clock_ns() - progress->start_ns < PATIENCE_NS)
        return;
    fprintf(stderr, CLEAR_LINE "%zu of %zu: %s on %s", done + 1, total, allocator, trace);
    progress->shown = true;
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs(CLEAR_LINE, stderr);
    progress->shown = false;
}
