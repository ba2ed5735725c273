/* arena.h: heaps besides the process's own, from which threads have their small blocks.
 *
 * Blocks are smaller than the lines in which processors keep memory. Where two threads have blocks
 * in one line and write to them, their processors take it from each other, which costs more than
 * all the work of a malloc and a free. So each of the first threads fills its cache (cache.h) from
 * a heap of its own, and what it frees of others' goes back to theirs. All else, and what there is
 * no room for in an arena, comes from the process's heap, which is the first of them.
 *
 * Two threads did 2.1 times as many pairs of malloc and free (bench_threads own 2) as when they had
 * their blocks from one heap; 1.8 times where they take over each other's blocks (larson 2), and
 * 1.5 times where they hand on all (handed 2). Before, a quarter of their time went into reading
 * the first word of what they freed. Of what a cache has too much, others' blocks go first: without
 * that, they are soon mixed again (larson 2 did as many as with one heap), and if all of them go
 * each time, handed 2 does 0.4 times as many.
 *
 * An arena's lock is for its heap and its depot. A thread holds one of these locks at a time, or
 * all: to fork, the process's lock for caches first, and then the arenas' in their order. */
#ifndef PRELOAD_ARENA_H
#define PRELOAD_ARENA_H

#include "preload/depot.h"
#include "preload/lock.h"
#include "preload/process.h"

enum { ARENAS_MOST = REGION_PARTS + 1 };

enum { ARENA_LINE = 128 }; /* what processors may take from each other at a time */

/* What all threads look at lies apart from what those write that fill their caches from here. */
struct arena {
    _Alignas(ARENA_LINE) struct lock *lock; /* the one below, or the process's */
    struct hg_heap *heap;                   /* NULL until it is needed */
    struct region *region;                  /* the next, or the process's */
    struct region part;
    unsigned threads; /* that fill their caches from here */
    _Alignas(ARENA_LINE) struct lock own_lock;
    struct depot depot;
};

/* The first is the process's heap. Before any of the following. */
void arenas_begin(void);

/* The one with that number, of those that have a heap; NULL behind the last. */
struct arena *arena_of_number(unsigned number);

/* The one that `payload`, an address in the region of the process, lies in. */
struct arena *arena_of(const void *payload);

/* An arena for a thread more, and for it no longer. With the lock for caches. */
struct arena *arena_join(void);
void arena_leave(struct arena *arena);

/* Bytes of all heaps, as they are about now. */
size_t arenas_used(void);

/* Whether the invariants of all heaps hold; else the first defect, from the process's heap on. */
bool arenas_check(struct hg_defect *ret_defect);

static inline void arena_lock(struct arena *arena)
{
    lock_take(arena->lock);
}

static inline void arena_unlock(struct arena *arena)
{
    lock_give_up(arena->lock);
}

/* Take and give up the locks of all but the first, and, in the child of a fork, make them anew. */
void arenas_lock(void);
void arenas_unlock(void);
void arenas_reset_locks(void);

#endif
