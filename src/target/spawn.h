/* spawn.h: starting the heap process. */
#ifndef TARGET_SPAWN_H
#define TARGET_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "target/exchange.h"

struct spawned {
    pid_t pid;
    int pidfd; /* readable when the process has ended */
    int socket;
    struct exchange *exchange;
};

/* Start this program again as a heap process.
 *   ret_spawned  the caller's to reap, close and unmap; untouched on failure */
bool spawn_heap_process(struct spawned *ret_spawned, struct error *error);

#endif
