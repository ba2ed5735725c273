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
    struct call_ring *ring; /* NULL: nobody follows */
    struct call *next;      /* where the next call is written down, if there is room */
    uint64_t written;       /* as the ring has it */
    uint64_t ready;         /* up to there, calls have room and memory */
    const char *heap_start;
    uint64_t process;
};

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

/* The program is about to be aborted for giving `old` to a function; `words` say what that is. */
void follow_tell_wrong(struct follow *follow, const void *old, const char *words);

#endif
