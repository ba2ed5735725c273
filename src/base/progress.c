/* progress.c: see progress.h. */
#include "base/progress.h"

#include <poll.h>

enum { TICK_EVERY_MS = 100 };

bool progress_wait(const struct progress *progress, int descriptor, size_t done, size_t total)
{
    struct pollfd input = {.fd = descriptor, .events = POLLIN};

    while (poll(&input, 1, progress->tick ? TICK_EVERY_MS : -1) <= 0) {
        if (!progress_tick(progress, done, total))
            return false;
    }
    return true;
}
