/* launch.h: starting a program with libheapglass-malloc.so preloaded, and others of ours. */
#ifndef TRACE_LAUNCH_H
#define TRACE_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

enum launch_outcome {
    LAUNCH_DONE,      /* it runs */
    LAUNCH_NOT_FOUND, /* there is no such program */
    LAUNCH_NOT_RUN,   /* it is there, but cannot be run */
    LAUNCH_IMPOSSIBLE /* nothing can be started here: no library, no processes */
};

struct launch {
    char **arguments;               /* they end in NULL; the first is looked up in PATH */
    const char *variable, *value;   /* of its environment, for the library */
    bool (*prepare)(void *context); /* in the process that becomes it; false with errno */
    void *context;
    const char *further; /* another library of the room preload; NULL for none */
};

/* Start a program, and wait until it was executed.
 *   errors  for all outcomes but LAUNCH_DONE */
enum launch_outcome launch_start(const struct launch *launch, pid_t *ret_process,
                                 struct error *error);

#endif
