/* depot.h: small blocks that no thread holds, on their way from one's cache to another's (cache.h).
 *
 * What one thread has too much of, another often wants next: of a program that hands on what it
 * allocates, that is most of all. So what leaves a cache is laid down here, and a cache is filled
 * from here first. A batch of blocks costs the copying of their addresses, not the heap's work on
 * each, and nothing is written to the memory that the heap keeps of them.
 *
 * For the heap they are in use. They wait (cache.h) like what a cache holds, and all of these
 * functions are called with the lock.
 *
 * How much may lie here grows with the threads. Where there is no room, the heap is given what has
 * lain here untouched since there was none the last time; and if that is not enough, what comes. */
#ifndef PRELOAD_DEPOT_H
#define PRELOAD_DEPOT_H

/* A thread more has a cache, or a thread fewer. Where there is no room any more for what lies here,
 * or no other thread that could want it, all of it goes back to the heap. */
void depot_open(void);
void depot_close(void);

/* Lay down the first of `count` payloads of `class`. Returns how many: those that there is room
 * for. */
unsigned depot_put(unsigned class, void *const *payloads, unsigned count);

/* Take at most `most` payloads of `class` to `payloads`. Returns how many, which may be 0. */
unsigned depot_take(unsigned class, void **payloads, unsigned most);

/* Give everything back to the heap. */
void depot_give_back(void);

#endif
