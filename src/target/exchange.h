/* exchange.h: the memory that the front and the heap process share, and what they say in it.
 *
 * The front writes a request into the exchange and rings; the heap process carries it out, writes
 * the reply into the same exchange, and rings back. Only one of the two uses the exchange at any
 * time, but for its two halves: the front can read what one request led to while the heap process
 * writes of the next into the other half. The heap process may be running a broken
 * allocator: whatever the front reads here it checks before it relies on it.
 *
 * The exchange is a memfd, mapped shared by both, so it costs memory only where it is touched. */
#ifndef TARGET_EXCHANGE_H
#define TARGET_EXCHANGE_H

#include <stdint.h>

#include "heapglass/heap.h"
#include "kind/description.h"
#include "target/bell.h"
#include "target/op.h"
#include "target/packed_block.h"
#include "target/trouble.h"

enum {
    EXCHANGE_EVENTS_MAX = 65536,
    EXCHANGE_BLOCKS_MAX = 16384,
    EXCHANGE_PACKED_MAX = 16384,
    EXCHANGE_ITEMS_MAX = 65536,
    EXCHANGE_BYTES_MAX = STORES_MAX,
    EXCHANGE_COLLECTED_MAX = 65536,
    EXCHANGE_PROBLEM_MAX = 128,
    EXCHANGE_SPEECH_MAX = 64 * 1024,
};

/* A run ends early once it has more than so many events, blocks or items. Each of its operations
 * then finds as much room behind them as if it were alone. */
enum { RUN_EVENTS_MAX = 4096, RUN_BLOCKS_MAX = 4096, RUN_ITEMS_MAX = 16384 };

/* ---- Requests and replies ---- */

enum request_kind {
    REQUEST_OPEN,      /* a heap of this config; there can be only one */
    REQUEST_RUN,       /* ops[0 .. count), telling of each; it may end early: reply.ops_done */
    REQUEST_REPLAY,    /* ops[0 .. count), without events, visits and blocks read back */
    REQUEST_CLONE,     /* a second process like this one; see clone.h */
    REQUEST_WALK,      /* blocks from the offset `from` on */
    REQUEST_PACK,      /* the same, packed, as long as they are those of a sound heap */
    REQUEST_LISTS,     /* at most `count` first items of each list from `list` on that has any */
    REQUEST_LIST,      /* items of list `list`, from the `from`-th on */
    REQUEST_CHECK,     /* the invariants */
    REQUEST_PEEK,      /* `count` bytes from the offset `from` on */
    REQUEST_NOTHING,   /* what was requested was withdrawn */
    REQUEST_WORDS,     /* what `count` variables from the `from`-th on hold */
    REQUEST_MARK,      /* what a collector would free, looking at each `from`-th byte and at `count`
                        variables; with events, and payloads as those of REQUEST_COLLECTED */
    REQUEST_COLLECTED, /* payloads that the collector found last, from the `from`-th on */
};

enum clone_process { CLONE_FIRST = 1, CLONE_SECOND = 2 };

struct request {
    uint32_t kind;    /* enum request_kind */
    uint32_t stops;   /* not 0, perhaps while it is carried out: a collector is to give up */
    uint32_t half;    /* of run, replay and pack: where to tell of it */
    uint32_t lists;   /* of run: whether to tell of all lists too */
    uint32_t untimed; /* of replay: not 0: nobody asks how long operations take */
    uint32_t list;
    uint32_t sleepers; /* of clone: bits of enum clone_process, of those that will not act next */
    uint64_t from;
    uint64_t count;
    uint32_t policy;                    /* of open: the policy's number among all kinds', */
    uint64_t settings[HG_SETTING_MOST]; /* and its settings */
};

enum reply_status {
    REPLY_DONE,
    REPLY_FAULT,       /* an operation raised `signal` at `address` */
    REPLY_INTERRUPTED, /* an operation was cut off by the front */
    REPLY_FAILED,      /* the request could not be met; `number` is errno */
};

struct reply {
    uint32_t status; /* enum reply_status */
    uint32_t begun;  /* not 0 once the heap process has seen the request */
    int32_t number;  /* errno, or the signal */
    int32_t process; /* of clone: the new one */
    uint64_t address;
    uint64_t ops_done;   /* how many operations were completed and told of, also while they run */
    uint64_t heap_start; /* an address, of open; */
    struct target_stack stack; /* and of that */
    uint64_t heap_size;
    struct hg_event last_event; /* of a fault or an interrupt: reported last, if has_event */
    uint32_t has_event;
    uint32_t is_overflow;    /* of a fault: the stack's */
    uint64_t events;         /* in events[], of all but runs */
    uint64_t events_dropped; /* what did not fit there */
    uint64_t blocks;         /* in blocks[]: they replace all blocks in [low, high); what lies in
                                gaps between them has not changed */
    uint64_t packed;         /* in packed[] */
    uint32_t is_odd;         /* of pack: the next block is not one of a sound heap */
    uint64_t low, high;      /* low == high: no block changed */
    uint64_t next;           /* where blocks or items go on; OFFSET_NULL if they are complete */
    uint64_t items;          /* in items[]; of REQUEST_LISTS in runs, each a list's: its number, how
                                many items follow, how it ends and where it leads on to, and the
                                items */
    struct hg_list_end end;  /* of REQUEST_LIST: see struct target_run */
    uint64_t bytes;          /* in bytes[] */
    uint64_t total;     /* of mark: how many payloads there are, those in items[] are the first */
    uint64_t said_from; /* where in speech[] begins what the operation at hand says;
                                           what it has not written is zero */
    uint64_t worked, work;              /* how far a long operation is, out of about how much */
    struct hg_defect defect;            /* of check; broken is HG_INVARIANT_NONE if all is well */
    char problem[EXCHANGE_PROBLEM_MAX]; /* of open: why not, where number is not enough; else "" */
};

/* What came of an operation of a run, and how many events, blocks and items it has behind those of
 * the operations before it. */
struct exchange_change {
    struct op_result result;
    uint64_t events, events_dropped;
    uint64_t blocks, low, high, next; /* as in struct reply */
    uint64_t items;                   /* of all lists, as of REQUEST_LISTS, where they are wanted */
    uint32_t has_lists;               /* or not: there are as many as are wanted */
    uint32_t said_from, said;         /* what it printed: bytes of speech[] */
};

struct exchange_half {
    struct exchange_change changes[RUN_OPS_MAX];
    struct hg_event events[RUN_EVENTS_MAX + EXCHANGE_EVENTS_MAX];
    struct hg_block blocks[RUN_BLOCKS_MAX + EXCHANGE_BLOCKS_MAX];
    struct packed_block packed[EXCHANGE_PACKED_MAX];
    uint64_t items[RUN_ITEMS_MAX + EXCHANGE_ITEMS_MAX];
    uint64_t collected[EXCHANGE_COLLECTED_MAX]; /* payloads that the last operation's collector
                                                   freed: the first of them */
};

struct exchange {
    struct bell to_heap, to_front;
    struct trouble trouble; /* of a process that does not answer yet */
    struct request request;
    struct reply reply;
    struct kind_description description; /* of the heap, once it is open */
    struct op ops[OPS_MAX];
    struct op_result results[2][OPS_MAX]; /* of a replay, in the half asked for */
    struct exchange_half halves[2];       /* what is not of a run is in the first */
    unsigned char bytes[EXCHANGE_BYTES_MAX];
    char speech[EXCHANGE_SPEECH_MAX]; /* of a kind that speaks: what it prints ends up here; last,
                                         so that what is too much is written nowhere */
};

/* What stands before the items of each run of REQUEST_LISTS. */
enum {
    EXCHANGE_RUN_LIST,
    EXCHANGE_RUN_COUNT,
    EXCHANGE_RUN_END,
    EXCHANGE_RUN_LINK,
    EXCHANGE_RUN_HEADER
};

/* Where the heap process finds its end of the socket and the exchange. */
enum { EXCHANGE_SOCKET_FD = 3, EXCHANGE_MEMORY_FD = 4 };

#endif
