/* process.h: the one heap of this process, and who may use it when.
 *
 * What always holds:
 *  - the heap is used between process_enter and process_leave only, or by a process's one thread;
 *  - what a thread holds for itself (cache.h), it takes and puts without;
 *  - while the process has one thread, no lock is taken. Only that thread can start a second one,
 *    and it does not do so inside the allocator; so whoever enters without the lock leaves before
 *    anybody else can enter;
 *  - the heaps that threads have besides are used with their own locks (arena.h);
 *  - a process forks with all locks held by the thread that does, so that the child's heaps are
 *    whole;
 *  - nothing in here calls malloc, so it works before any constructor has run.
 */
#ifndef PRELOAD_PROCESS_H
#define PRELOAD_PROCESS_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/single_threaded.h>

#include "preload/follow.h"
#include "preload/follow_signals.h"
#include "preload/guard.h"
#include "preload/journal.h"
#include "preload/lock.h"
#include "preload/region.h"

/* What most calls need lies in the first 64 bytes. */
struct process {
    /* The heap, if there is no journal, no guard, nobody follows, and a free keeps errno, until the
     * first thread holds blocks for itself; else NULL. */
    struct hg_heap *plain;
    bool is_told; /* somebody follows, and to use the heap and to tell is all there is to do */
    struct region region;
    struct hg_heap *heap;    /* NULL until the first use */
    struct hg_heap *shared;  /* the same, if threads may hold blocks for themselves; else NULL */
    struct lock caches_lock; /* taken before any arena's, for the next two */
    struct cache *caches;    /* all of them */
    unsigned caches_used;    /* by threads */
    pthread_key_t cache_key;
    struct guard guard;
    struct journal journal;
    struct follow *follow; /* NULL: nobody does */
    struct forking forking;
    struct lock lock;
    bool starting;       /* inside process_start */
    bool streams_locked; /* by a fork that is under way */
};

extern struct process process;

/* Open the heap as the environment asks, at the first use. It stays NULL if there is no memory. */
void process_start(void);

/* The heap, if to use it is all that a call has to do, with nobody else there to wait for. NULL if
 * it must enter and leave. */
static inline struct hg_heap *process_heap_alone(void)
{
    return __libc_single_threaded ? process.plain : NULL;
}

/* Begin to use the heap; process.heap may still be NULL. Returns what process_leave must be told:
 * whether the lock was taken. */
static inline bool process_enter(void)
{
    bool locked = !__libc_single_threaded;

    if (locked)
        lock_take(&process.lock);
    if (__builtin_expect(!process.heap, false))
        process_start();
    return locked;
}

static inline void process_leave(bool locked)
{
    if (locked)
        lock_give_up(&process.lock);
    if (__builtin_expect(follow_keeps_signals, false))
        follow_let_signals();
}

#endif
