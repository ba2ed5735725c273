/* spawn.h: starting the heap process, and what connects the front with one. */
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

/* The other ends: what the heap process is given. */
struct spawn_ends {
    int socket, memory;
};

/* Make a socket pair and an exchange for a process that is yet to come.
 *   returns  false with `ret_trouble` set */
bool spawn_connect(struct spawned *ret_spawned, struct spawn_ends *ret_ends,
                   struct trouble *ret_trouble);

/* Close and unmap what connects the front with a process, which there need not be. */
void spawn_disconnect(struct spawned *spawned);

/* Close the front's copies of the other ends. */
void spawn_close_ends(const struct spawn_ends *ends);

/* Watch the process `pid`, a child, which has the other ends. Ends it if that is impossible.
 *   returns  false with errno set */
bool spawn_adopt(struct spawned *spawned, pid_t pid);

/* Start this program again as a heap process. That it was started does not say that it will answer:
 * what keeps it from that it notes in exchange->trouble.
 *   ret_spawned  the caller's to reap, close and unmap; untouched on failure */
bool spawn_heap_process(struct spawned *ret_spawned, struct error *error);

#endif
