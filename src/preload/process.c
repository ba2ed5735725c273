/* process.c: see process.h. */
#include "preload/process.h"

#include <stdlib.h>
#include <string.h>

#include "preload/arena.h"
#include "preload/cache.h"
#include "preload/environment.h"

_Alignas(64) struct process process;

/* ---- Forking ----
 *
 * fork runs our handler, then takes the C library's lock over all open streams, then copies the
 * process. A thread that holds that lock, or a stream, may be waiting for memory; so of the two
 * locks theirs must come first, and the handler takes it before ours. These functions are the C
 * library's own and can be missing in others; the lock counts how often its holder took it.
 *
 * A child that is to be followed waits until it is: no handler of a signal must call malloc before
 * that, in which the lock is taken, and which nobody would be told of. */

void _IO_list_lock(void) __attribute__((weak));
void _IO_list_unlock(void) __attribute__((weak));
void _IO_list_resetlock(void) __attribute__((weak));

static void before_fork(void)
{
    bool lock_streams = !__libc_single_threaded && _IO_list_lock;

    if (lock_streams)
        _IO_list_lock();
    lock_take(&process.caches_lock);
    lock_take(&process.lock);
    arenas_lock();
    process.streams_locked = lock_streams;
    if (!process.follow)
        return;
    follow_keep_signals();
    process.forking = follow_before_fork(process.follow);
}

static void let_signals(void)
{
    if (follow_keeps_signals)
        follow_let_signals();
}

static void after_fork_in_parent(void)
{
    bool unlock_streams = process.streams_locked;

    arenas_unlock();
    lock_give_up(&process.lock);
    lock_give_up(&process.caches_lock);
    if (unlock_streams)
        _IO_list_unlock();
    let_signals();
}

/* The child has one thread: the one that took the locks. Its work is not part of the journal. */
static void after_fork_in_child(void)
{
    process.lock = process.caches_lock = (struct lock){0};
    arenas_reset_locks();
    if (process.streams_locked)
        _IO_list_resetlock();
    cache_forked();
    journal_close(&process.journal);
    if (process.follow)
        follow_forked(process.follow, &process.forking);
    let_signals();
}

/* ---- Starting ---- */

/* One that is followed is the same, byte for byte, as one that is watched. */
static struct hg_heap *open_heap(void)
{
    struct hg_config config = process.follow ? follow_config(process.follow) : environment_config();
    struct hg_os os = region_os(&process.region);
    struct hg_heap *heap = hg_open(&config, &os, NULL, NULL);

    if (heap && !process.follow)
        hg_allow_index(heap);
    return heap;
}

/* Let the heap be used directly: by the program's one thread, or by whoever tells of it. */
static void use_plainly(struct hg_heap *heap)
{
    process.is_told = process.follow != NULL;
    if (process.is_told)
        return;
    process.plain = heap;
    cache_allow();
}

/* Whether the policy takes every block back. One that refuses sets errno, which free must not. */
static bool frees_single_blocks(const struct hg_heap *heap)
{
    return strcmp(hg_config_of(heap).policy, "linear") != 0;
}

void process_start(void)
{
    const char *record;

    if (process.starting) /* something that was to allocate nothing does */
        return;
    process.starting = true;
    process.follow = follow_open();
    if (process.region.start ||
        region_reserve(&process.region, process.follow ? process.follow->ring->heap_start : 0))
        process.heap = open_heap();
    arenas_begin();
    if (process.heap && process.follow)
        follow_begin(process.follow, process.region.start);
    record = secure_getenv(JOURNAL_VARIABLE);
    if (process.heap && record)
        journal_open(&process.journal, record);
    process.guard.is_on = !process.follow && environment_check() > 1;
    if (process.heap && !process.journal.next && !process.guard.is_on &&
        frees_single_blocks(process.heap))
        use_plainly(process.heap);
    if (process.heap)
        pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
    process.starting = false;
}

/* Start before the program does: then every other fork handler runs outside ours and may allocate.
 * */
__attribute__((constructor)) static void start_early(void)
{
    process_leave(process_enter());
}
