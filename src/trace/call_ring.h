/* call_ring.h: memory in which a program that is followed says what it asks of malloc, call by
 * call, and is told whether it may go on.
 *
 *      | head | segment | segment | ... | segment |      of as many cells each
 *
 * A call is a cell of 8 bytes: what was asked, by whom, and where that is. What most calls have in
 * common with the one before is not said again, but in two cells where it changes, of which the
 * second is all value; so is what has no room in a cell:
 *
 *      | site 7 is | 0x5581c0 | malloc 24, site 7: +0x40 | free +0x40, site 7 | thread | 4711 |
 *
 * The program takes a segment that was given back, which still has memory, or else one that was
 * never used, and writes down in the head which; so as much memory is used as calls ever waited.
 *
 * Whoever follows makes it as a file without a name, and says in the head which process it is for,
 * or how that will be called. That process finds the file's path in its environment and maps it; no
 * descriptor stays open.
 *
 * What always holds:
 *  - the program alone moves `written`, under the lock of its heap, and waits while no segment is
 *    free; whoever follows knows how many cells it has taken, and gives back segments;
 *  - a call is told after it has been carried out, and before it returns, so whatever the program
 *    did by it is behind it here, even if it dies the next moment;
 *  - where `begun` is one more than `written`, a call has begun, and lies behind the last that was
 *    told, without an answer;
 *  - whoever follows changes `attention` every CALL_TICK_NS, and whenever the gate is shut. A call
 *    before which it changed says when it is, and looks at the gate; those behind it, until it
 *    changes again, were made later than that, and earlier than the next that says so;
 *  - a child of the program's has no part in it. If the process executes another program, that
 *    begins with a CALL_BEGAN of its own.
 *
 * Where children are followed, too, each has a ring of its own, for which it asks in the head of
 * the first one, and waits for the answer. */
#ifndef TRACE_CALL_RING_H
#define TRACE_CALL_RING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/clock.h"

/* The environment variable that holds the file's path. */
#define CALL_RING_VARIABLE "HEAPGLASS_FOLLOW"

enum {
    CALL_RING_SETTINGS_MOST = 32,
    CALL_RING_POLICY_MAX = 32,
    CALL_RING_NAME_MAX = 64,
    CALL_RING_WORDS_MAX = 256,
    CALL_RING_HEAD_BYTES = 4096,
    CALL_RING_HEAD_SPACE = 2 << 20, /* large pages begin behind it */
    CALL_REQUESTS_MOST = 16,
    CALL_SEGMENT = 1 << 16, /* cells */
    CALL_SEGMENTS_MOST = 256,
    CALL_SITES = 1 << 12, /* that have numbers at the same time */
    CALL_TICK_NS = 1000 * 1000,
};

enum call_kind {
    CALL_BEGAN, /* the heap is fresh: payload is where it starts */
    CALL_MALLOC,
    CALL_CALLOC,
    CALL_ALIGNED,
    CALL_REALLOC,
    CALL_FREE,
    CALL_WRONG, /* the program gave `old` to free or the like, which is not live, and is aborted */
    CALL_KINDS
};

/* What a call was, all of it. */
struct call {
    uint8_t kind;     /* enum call_kind; CALL_KINDS for none that can be */
    uint8_t power;    /* the alignment that was asked for is 2 to its power */
    bool is_timed;    /* `time` is its own; else it was made later, before the next that has one */
    uint32_t thread;  /* as the kernel numbers them */
    uint64_t size;    /* bytes asked for */
    uint64_t payload; /* that was answered: an offset; CALL_NULL for NULL */
    uint64_t old;     /* that was given: the same */
    uint64_t heap_size; /* afterwards */
    uint64_t time;      /* ticks of call_ring_clock */
    uint64_t caller;    /* the address to which it returns */
};

/* What two cells say, besides calls. The value is: */
enum call_cell_kind {
    CELL_THREAD = CALL_KINDS, /* the thread of the calls from here on */
    CELL_SITE,                /* the caller of those that have this site */
    CELL_TIME,                /* when the next call is made */
    CELL_OLD,                 /* the block that the next was given, as an offset; of CALL_BEGAN,
                                 where the heap starts */
    CELL_POWER,               /* the alignment of the next is 2 to its power */
    CELL_SIZE,                /* the size of the next, which says CELL_SIZE_MOST */
    CELL_HEAP,                /* the heap's size after the call before, which is told with it, */
    CELL_PAYLOAD,             /* and where that is, if it has no room there */
    CELL_KINDS
};

/* A call, or what the next cell is the value of:
 *
 *      what: | size: 16 | site: 12 | kind: 4 |     where: | payload: 32 bits | */
struct call_cell {
    uint32_t what;
    uint32_t where; /* that was answered, or given to free: in units of 16 bytes, by which all are
                       aligned */
};

enum { CELL_KIND_BITS = 4, CELL_SITE_BITS = 12, CELL_SIZE_SHIFT = CELL_KIND_BITS + CELL_SITE_BITS };
#define CELL_SIZE_MOST (UINT32_MAX >> CELL_SIZE_SHIFT) /* that, and more, has no room */
#define CELL_NOWHERE UINT32_MAX                        /* NULL, or there is no room for it */

_Static_assert(CELL_KINDS <= 1 << CELL_KIND_BITS, "a cell has room for its kind");
_Static_assert(CALL_SITES == 1 << CELL_SITE_BITS, "and for a site");

#define CALL_NULL UINT64_MAX

/* Calls have to wait: the lowest bit of the gate, which is a futex. The others are another number
 * whenever something changes. */
enum { GATE_SHUT = 1, GATE_CHANGE = 2 };

/* What becomes of a request: it is being written, then asked, and answered with FOUND and the
 * descriptor of a file of whoever follows, or REFUSED. */
enum { CALL_REQUEST_WRITTEN, CALL_REQUEST_ASKED, CALL_REQUEST_REFUSED, CALL_REQUEST_FOUND };

/* A program that loads no library of ours, and so can tell nothing. */
struct call_bar {
    uint32_t obstacle; /* enum obstacle; OBSTACLE_NONE for no such program */
    char name[CALL_RING_NAME_MAX];
};

/* A child wants a ring; or it is, or will be, a program that wants none. */
struct call_request {
    uint64_t process; /* the child, CALL_ELSEWHERE for one of other numbers; 0: nobody asks here */
    uint64_t parent;  /* the process that it is a copy of, */
    uint64_t calls;   /* after that had told so many; both 0: it has executed a program */
    uint32_t state;   /* a futex; of a program that wants no ring, there is no answer */
    struct call_bar bar;
};

#define CALL_ELSEWHERE UINT64_MAX

struct call_ring {
    uint64_t process;                /* that this is for; 0 as long as nobody is it who should be */
    char wanted[CALL_RING_NAME_MAX]; /* it is for the first with this name; "" where it is known */
    uint64_t segments;               /* a power of two */
    uint32_t up;                     /* the caller is that many calls further up */
    uint32_t follower; /* the process that follows; where it has ended, nobody need wait */
    uint32_t takes_children;
    uint64_t numbering; /* of the follower: call_ring_numbering */
    char policy[CALL_RING_POLICY_MAX];
    uint64_t settings[CALL_RING_SETTINGS_MOST];
    /* The program's heap starts as far from a multiple of 1 GiB: payloads are aligned by their
     * address. */
    uint64_t heap_start;

    _Alignas(64) uint64_t written; /* cells, */
    uint64_t begun;
    uint64_t others;     /* and of those, so many are no calls */
    uint32_t fresh;      /* segments that were taken for the first time, */
    uint32_t taken_back; /* and of those that were given back */
    uint32_t leaves;     /* 1 and the status with which it is about to exit; 0 before */
    uint32_t wants_look; /* the program waits until its mappings were looked at: a futex */
    char name[CALL_RING_NAME_MAX];   /* of the program that began last */
    char words[CALL_RING_WORDS_MAX]; /* what is said of a CALL_WRONG */
    struct call_bar bar;             /* what the program executes, if that can tell nothing */

    _Alignas(64) uint32_t given_back; /* segments: a futex */
    uint32_t needs_room;              /* the program waits for one */
    uint8_t free[CALL_SEGMENTS_MOST]; /* which they were: the n-th at n modulo their number */
    _Alignas(64) uint8_t order[CALL_SEGMENTS_MOST]; /* where cells are, in the order of segments */

    _Alignas(64) uint32_t attention; /* an even number, unless each call is to look */
    uint32_t gate;
    uint32_t permits;    /* so many calls may pass while it is shut */
    uint32_t is_waiting; /* the program does, at the gate, with the call that it has begun */

    _Alignas(64) struct call_request requests[CALL_REQUESTS_MOST];
};

_Static_assert(sizeof(struct call_ring) <= CALL_RING_HEAD_BYTES, "calls come behind the head");

/* A clock that costs next to nothing, of which a tick is as long as it is. All processes have the
 * same one. */
static inline uint64_t call_ring_clock(void)
{
#ifdef __x86_64__
    return __builtin_ia32_rdtsc();
#else
    return clock_ns();
#endif
}

/* Tells apart the namespaces in which processes have their numbers; 0 where nobody says which. */
static inline uint64_t call_ring_numbering(void)
{
    struct stat status;

    return stat("/proc/self/ns/pid", &status) == 0 ? status.st_ino : 0;
}

/* What a cell is to say. */
static inline uint32_t call_cell_what(unsigned kind, unsigned site, uint64_t size)
{
    return (uint32_t)size << CELL_SIZE_SHIFT | site << CELL_KIND_BITS | kind;
}

/* Where a cell is to say that a payload is; CELL_NOWHERE or more if it has no room for that. */
static inline uint64_t call_cell_where(uint64_t payload)
{
    enum { UNIT_BITS = 4 };

    return payload >> UNIT_BITS | payload << (64 - UNIT_BITS);
}

/* The same the other way round. */
static inline uint64_t call_cell_payload(uint32_t where)
{
    return where == CELL_NOWHERE ? CALL_NULL : (uint64_t)where << 4;
}

/* A cell that is all value. */
static inline struct call_cell call_cell_of_value(uint64_t value)
{
    return (struct call_cell){(uint32_t)value, (uint32_t)(value >> 32)};
}

static inline uint64_t call_cell_value(struct call_cell cell)
{
    return (uint64_t)cell.where << 32 | cell.what;
}

/* The site that a caller has, as long as no other has it. */
static inline unsigned call_site_of(uint64_t caller)
{
    return (unsigned)((caller * 0x9e3779b97f4a7c15u) >> (64 - CELL_SITE_BITS));
}

/* How large a ring is. */
static inline uint64_t call_ring_bytes(uint64_t segments)
{
    return CALL_RING_HEAD_SPACE + segments * CALL_SEGMENT * sizeof(struct call_cell);
}

/* Where cell number `number`, from 0, lies in a ring of so many segments that is mapped; those
 * behind it lie behind it, up to the end of its segment. */
static inline struct call_cell *call_ring_place(struct call_ring *ring, uint64_t segments,
                                                uint64_t number)
{
    uint64_t segment = ring->order[number / CALL_SEGMENT & (segments - 1)] & (segments - 1);
    void *cells = (char *)ring + call_ring_bytes(segment);

    return (struct call_cell *)cells + number % CALL_SEGMENT;
}

#endif
