/* server.h: the state of the heap process, which its parts share: see serve.h.
 *
 * Its heap lies on the break, from `start` on. Where it ends is the kernel's word, not the
 * heap's. */
#ifndef TARGET_SERVER_H
#define TARGET_SERVER_H

#include <stdbool.h>
#include <unistd.h>

#include "base/clock.h"
#include "collector/collector.h"
#include "heap/aside.h"
#include "kind/kind.h"
#include "target/exchange.h"
#include "target/recorder.h"

/* Where in the exchange the answer at hand is written, behind what is there already. */
struct room {
    struct hg_event *events;
    struct hg_block *blocks;
    uint64_t *items;
};

struct server {
    struct exchange *exchange;
    struct room room;
    void **stack_top;        /* the variables lie below it: see server_word */
    void *call_site;         /* where a function that returns would go on */
    const struct kind *kind; /* NULL until the heap is opened */
    uint32_t capabilities;   /* of the kind */
    void *heap;              /* what the kind's functions are called with */
    char *start;             /* the heap's first byte */
    uint32_t list_count;     /* its lists of free blocks */
    bool is_suspect;         /* the user has written to it, or forced a free: see run.c */
    bool is_guarded;         /* by red zones: see guarded.h */
    uint64_t clock_cost;     /* nanoseconds that reading the clock twice takes */
    uint64_t kernel;         /* nanoseconds that moves of the break took, of this operation */
    uint32_t requests;       /* received so far, and the one that is waited for */
    bool second_touched;     /* the second half of the exchange has been written to */
    bool shares_pages;       /* with a clone, and is to write to them next */
    bool adds_lists;         /* to what it has told of an operation already */
    struct recorder recorder;
    struct hg_aside aside;              /* who observes the heap: it tells the recorder */
    bool keeps_index;                   /* what silent runs keep there is still true */
    const struct kind_changes *changes; /* of a heap that infers; NULL: anything may have changed */
    bool is_still;                      /* the heap has been told that it does not change */
    bool is_silent;                     /* nobody is told of what it does, */
    bool is_untimed;                    /* nor how long that takes */
    bool keeps_break, was_kept;         /* the heap is not to grow; it could not, but wanted to */
    size_t collects_from;               /* as long as it is smaller, it may grow at once */
    struct collector_result garbage;    /* that was found last */
};

/* The time while an operation is carried out, in nanoseconds; where nobody asks how long it takes,
 * the clock is not read. */
static inline uint64_t server_now(const struct server *server)
{
    return server->is_untimed ? 1 : clock_ns();
}

/* Bytes from the heap's start to the break. */
static inline size_t server_extent(const struct server *server)
{
    return server->kind ? (size_t)((char *)sbrk(0) - server->start) : 0;
}

/* The word in a place of the stack, which grows down as every stack does.
 *   place  below VARIABLES_MAX */
static inline void **server_word(const struct server *server, uint64_t place)
{
    return server->stack_top - 1 - place;
}

/* Whether bytes are among those of the stack. */
static inline bool server_is_stack(const struct server *server, const void *bytes, uint64_t count)
{
    uintptr_t top = (uintptr_t)server->stack_top, at = (uintptr_t)bytes;

    return at < top && at + count > top - STACK_BYTES;
}

/* Where in the heap an address lies; OFFSET_NULL for NULL. */
static inline uint64_t server_offset(const struct server *server, const void *address)
{
    return address ? (uint64_t)((const char *)address - server->start) : OFFSET_NULL;
}

#endif
