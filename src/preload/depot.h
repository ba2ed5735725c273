/* depot.h: small blocks that no thread holds, on their way from one's cache to another's (cache.h).
 *
 * What one thread has too much of, another often wants next: of a program that hands on what it
 * allocates, that is most of all. So what leaves a cache is laid down here, and a cache is filled
 * from here first. A batch of blocks costs the copying of their addresses, not the heap's work on
 * each, and nothing is written to the memory that the heap keeps of them.
 *
 * For the heap they are in use. They wait (cache.h) like what a cache holds, and all of these
 * functions are called with the arena's lock.
 *
 * How much may lie here grows with the arena's threads. Where there is no room, the heap is given
 * what has lain here untouched since there was none the last time; and if that is not enough, what
 * comes. */
#ifndef PRELOAD_DEPOT_H
#define PRELOAD_DEPOT_H

#include "preload/cache.h"

/* What lies here of a class. */
struct depot_stack {
    uint8_t held;
    uint8_t untouched; /* the fewest since there was no room the last time */
};

struct depot {
    size_t room; /* bytes */
    struct depot_stack stacks[CACHE_CLASSES + 1];
    void *payloads[CACHE_CLASSES + 1][DEPOT_HELD_MOST];
};

/* A thread more, or a thread fewer, of which `left` are left. Where there is no room any more for
 * what lies here, or no thread that could want it, all of it goes back to the heap. */
void depot_open(struct depot *depot);
void depot_close(struct depot *depot, unsigned left);

/* Lay down the first of `count` payloads of `class`. Returns how many: those that there is room
 * for. */
unsigned depot_put(struct depot *depot, unsigned class, void *const *payloads, unsigned count);

/* Take at most `most` payloads of `class` to `payloads`. Returns how many, which may be 0. */
unsigned depot_take(struct depot *depot, unsigned class, void **payloads, unsigned most);

/* Give everything back to the heap. */
void depot_give_back(struct depot *depot);

#endif
