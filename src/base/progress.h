/* progress.h: whom a long work tells how far it is, and who may want it stopped. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/* One that is all zero is nobody: the work goes on to its end. */
struct progress {
    /* The work has come to its `done`-th part of `total`, which is 0 where nobody knows. Returns
     * false if it is to stop. */
    bool (*tick)(void *context, size_t done, size_t total);
    void *context;
};

/* Tell how far the work is. Returns whether it is to go on. */
static inline bool progress_tick(const struct progress *progress, size_t done, size_t total)
{
    return !progress->tick || progress->tick(progress->context, done, total);
}

/* Wait until there is something to read from a descriptor, or its end, and tell all the while how
 * far the work is. Returns whether it is to go on. */
bool progress_wait(const struct progress *progress, int descriptor, size_t done, size_t total);

#endif
