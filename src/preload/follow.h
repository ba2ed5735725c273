/* follow.h: telling whoever follows this process of each call, as trace/call_ring.h says, and
 * waiting where they want that.
 *
 * All of it is done with the process's lock, so calls come one after the other, in the order in
 * which things happened. A process that is not followed has no ring, and pays for one test in calls
 * that do not take the short way. */
#ifndef PRELOAD_FOLLOW_H
#define PRELOAD_FOLLOW_H

#include <stddef.h>

#include "heapglass/heap.h"
#include "trace/call_ring.h"

/* Who calls which function, for what. */
struct asked {
    const char *function;
    enum call_kind kind;
    const void *caller; /* where the call returns to */
};

/* Lies in memory that is zero in a child, however that came to be. */
struct follow {
    struct call_ring *ring;       /* NULL: nobody follows */
    struct call_cell *next, *end; /* where the next cell is written, while there is room */
    uint64_t written;             /* cells, and those that are no calls, as the ring has them */
    uint64_t others;
    const char *heap_start;
    uint64_t heap_size; /* as was told last */
    uint64_t process;
    uint32_t attention; /* of the ring, when it was last heeded; odd if the next call is to do so */
    uint32_t thread;    /* that was told last */
    char path[CALL_RING_NAME_MAX]; /* of the first ring */
    uint64_t sites[CALL_SITES];    /* the callers that have them */
};

/* The kernel's number of this thread; 0 until it is asked for. */
extern __thread uint32_t follow_thread
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* What a child is told by the process that forks it. */
struct forking {
    uint64_t process; /* 0: it is not followed */
    uint64_t calls;   /* that it has told */
    const char *heap_start;
};

/* Find the ring of the environment, if it is for this process, or ask for one where children are
 * followed; NULL if there is none. */
struct follow *follow_open(void);

/* Before a fork, and in the child that is a copy of the process: it may be followed, too. */
struct forking follow_before_fork(const struct follow *follow);
void follow_forked(struct follow *follow, const struct forking *forking);

/* What the heap is to be like. */
struct hg_config follow_config(const struct follow *follow);

/* The program ends: let it be looked at for the last time. */
void follow_end(struct follow *follow);

/* The heap starts there: the first thing to be told. */
void follow_begin(struct follow *follow, const char *heap_start);

/* Before a call: write down what it is, and wait until it may be carried out.
 *   old  the payload that was given; NULL for none */
void follow_ask(struct follow *follow, const struct asked *asked, size_t alignment, size_t size,
                const void *old);

/* After it: tell it, with what came of it.
 *   payload  the answer; NULL for NULL, and of a free */
void follow_tell(struct follow *follow, const void *payload, size_t heap_size);

/* Tell whoever follows children that a process is a program that can tell nothing. */
void follow_tell_barred(const struct follow *follow, uint64_t process, const struct call_bar *bar);

/* The program is about to be aborted for giving `old` to a function; `words` say what that is. */
void follow_tell_wrong(struct follow *follow, const void *old, const char *words);

/* ---- The short way, for calls of which there is no more to say than a cell ---- */

/* Where whoever follows has read a cell before, its line of the cache is theirs. So far ahead it is
 * called for: to wait for it took longer than all else of a call. */
enum { FOLLOW_CELLS_AHEAD = 24 };

/* As follow_ask. NULL, and nothing is done, if the call must go that way; else what is to be given
 * to follow_tell_shortly.
 *   kind  CALL_MALLOC or CALL_FREE
 *   old   the offset of what was given; CALL_NULL for none */
static inline struct call_cell *follow_ask_shortly(struct follow *follow, enum call_kind kind,
                                                   uint64_t size, uint64_t old, const void *caller)
{
    struct call_cell *cell = follow->next;
    unsigned site = call_site_of((uintptr_t)caller);

    if (__builtin_expect(cell == follow->end, false) ||
        __builtin_expect(__atomic_load_n(&follow->ring->attention, __ATOMIC_RELAXED) !=
                             follow->attention,
                         false) ||
        __builtin_expect(follow->sites[site] != (uintptr_t)caller, false) ||
        __builtin_expect(follow->thread != follow_thread, false) ||
        __builtin_expect(size >= CELL_SIZE_MOST, false) ||
        __builtin_expect(old != CALL_NULL && call_cell_where(old) >= CELL_NOWHERE, false))
        return NULL;
    __builtin_prefetch(cell + FOLLOW_CELLS_AHEAD, 1);
    *cell = (struct call_cell){call_cell_what(kind, site, size), (uint32_t)call_cell_where(old)};
    __atomic_store_n(&follow->ring->begun, follow->written + 1, __ATOMIC_RELEASE);
    return cell;
}

/* As follow_tell. */
static inline void follow_tell_shortly(struct follow *follow, struct call_cell *cell,
                                       const void *payload, size_t heap_size)
{
    uint64_t where =
        payload ? call_cell_where((uint64_t)((const char *)payload - follow->heap_start)) : 0;

    if (payload)
        cell->where = (uint32_t)where;
    if (__builtin_expect(heap_size != follow->heap_size, false) ||
        __builtin_expect(where >= CELL_NOWHERE, false)) {
        follow_tell(follow, payload, heap_size);
        return;
    }
    follow->next = cell + 1;
    __atomic_store_n(&follow->ring->written, ++follow->written, __ATOMIC_RELEASE);
}

#endif
