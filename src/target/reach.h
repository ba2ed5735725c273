/* reach.h: where in its own process a heap process lets the user write and read: in the heap, on
 * the stack of the variables, and where nothing is mapped, so that the kernel has its say. All else
 * is the process's own: its code, its stack, what it shares with the front. */
#ifndef TARGET_REACH_H
#define TARGET_REACH_H

#include "target/server.h"

/* Whether [address, address + size), at most STORE_MAX bytes, is the user's to touch: what of it is
 * mapped lies between the heap's start and the end of the page that the break is in; or it all lies
 * on the stack. */
bool reach_is_allowed(const struct server *server, const void *address, uint64_t size);

#endif
