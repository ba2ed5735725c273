/* target.h: the front's handle on a process that owns a heap.
 *
 * Each call sends one request and waits for its reply. When a call fails, `failure` says how: the
 * request was refused, an operation faulted or never ended, or the process is stopped or gone.
 * Unless it was refused or stopped the heap is not to be trusted: destroy the target and create
 * another.
 *
 * What a call returns by pointer lies in memory shared with the heap process and is valid until the
 * next call. Counts and ranges in it have been checked; offsets and sizes have not. */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/progress.h"
#include "kind/description.h"
#include "target/op.h"
#include "target/pages.h"

struct target;

enum target_failure_kind {
    TARGET_FINE,      /* nothing has failed */
    TARGET_REFUSED,   /* the request could not be met; the heap is as it was */
    TARGET_FAULT,     /* an operation raised a signal */
    TARGET_STUCK,     /* an operation was cut off because it did not end */
    TARGET_GARBLED,   /* the reply makes no sense */
    TARGET_KILLED,    /* the process was ended by a signal */
    TARGET_EXITED,    /* the process ended by itself */
    TARGET_STOPPED,   /* the process is stopped; nothing was done */
    TARGET_ABANDONED, /* it was ended, as it was stopped in the middle of an operation */
};

/* Who is told while a call waits for a process that is stopped, by a signal or by a debugger. */
struct target_waiter {
    /* The process is stopped, and may go on. Called a few times a second, from within a call: all
     * that is asked of the process meanwhile fails. Returns false to wait no longer. NULL: it is
     * waited for. */
    bool (*is_stopped)(void *context);
    void *context;
    const struct progress *progress; /* of what takes long; NULL for nobody */
};

struct target_failure {
    enum target_failure_kind kind;
    int number;            /* errno, the signal, the exit status, or how many seconds it ran */
    uint64_t address;      /* that a fault was about, */
    bool is_overflow;      /* and whether the stack's overflow was */
    uint64_t op;           /* the index of the operation at fault */
    bool has_event;        /* it had reported something before, */
    struct hg_event event; /* at last this */
    bool idle;             /* the process ended before it saw the request */
    const char *said;      /* what it had printed, which lies where the reply does: */
    size_t said_length;    /* so many bytes of whatever */
};

/* How long an operation may take: this, and more for each GiB that it has to write, and for each
 * that the heap has, up to one: it may go through all blocks, and make each page its own that a
 * clone has, too. */
enum {
    TARGET_PATIENCE_MS = 2000,
    TARGET_PATIENCE_PER_GIB_MS = 4000,
    TARGET_PATIENCE_PER_HEAP_GIB_MS = 20000,
};

/* Start a heap process: this program again, with address randomisation off where the system
 * permits.
 *   waiter   must outlive the target and its clones; NULL for none
 *   returns  NULL with `error` set when it cannot be started */
struct target *target_create(const struct target_waiter *waiter, struct error *error);

/* Let another waiter be told; NULL for none. */
void target_wait_with(struct target *target, const struct target_waiter *waiter);

/* Which of two processes that are alike will act next; the other one sleeps, and its pages are not
 * made ready for it. */
enum target_actor { TARGET_BOTH_ACT, TARGET_FIRST_ACTS, TARGET_CLONE_ACTS, TARGET_NEITHER_ACTS };

/* Make a second process like that of `target`, with the same heap at the same address, the same
 * variables and the same limit. From then on they have nothing to do with each other. One that
 * sleeps may act all the same; its first steps then look slow.
 *   returns  NULL with `error` set when there cannot be one; unless target_failure says that the
 *            first process is at fault, it is as it was
 *   cost     a fork: memory is copied where one of them writes */
struct target *target_clone(struct target *target, enum target_actor actor, struct error *error);

/* End the process, which is stopped and has done what nobody knows of: TARGET_ABANDONED. */
void target_abandon(struct target *target);

/* Let the process end, without waiting until it has given its memory back: what is left then is to
 * destroy the target. */
void target_kill(struct target *target);

/* End the process. NULL does nothing. */
void target_destroy(struct target *target);

/* The process, and a descriptor that becomes readable when it ends. */
pid_t target_pid(const struct target *target);
int target_descriptor(const struct target *target);

/* Whether the process has ended by now; says how in `ret_failure`. Does not wait. */
bool target_has_ended(struct target *target, struct target_failure *ret_failure);

/* How the last call failed. */
const struct target_failure *target_failure(const struct target *target);

/* What happened, and what changed. A range of blocks that is too long for one reply goes on: `more`
 * is where, to be fetched with target_walk. */
struct target_splice {
    const struct hg_block *blocks; /* they replace those in [low, high); what lies in */
    size_t count;                  /* gaps between them has not changed */
    uint64_t low, high;            /* equal if nothing changed */
    uint64_t more;                 /* OFFSET_NULL if this is all */
    uint64_t heap_size;
    uint64_t heap_start;       /* of target_open, */
    struct target_stack stack; /* of that, */
    const char *said;          /* and of that: what was printed, that many bytes of whatever */
    size_t said_length;
    const struct hg_event *events;
    size_t event_count;
    uint64_t events_dropped; /* happened, but did not fit */
};

/* Open a heap of `config`, whose policy may be one of any kind, in a process that has none yet.
 *   ret_description  what the heap says of itself; sound
 *   ret_splice       all of the heap
 *   errors           the kind cannot open one here, or the process ended */
bool target_open(struct target *target, const struct hg_config *config,
                 struct kind_description *ret_description, struct target_splice *ret_splice,
                 struct error *error);

/* What came of an operation. */
struct target_change {
    struct op_result result;
    struct target_splice splice;
    const uint64_t *items; /* of all free lists, for target_next_run, where they are wanted */
    size_t item_count;
    const unsigned char *before; /* of what target_run stored, or forced into a
                                    slot: the bytes that were there */
    const uint64_t *collected;   /* the first payloads that the collector freed: */
    size_t collected_count;      /* not all if there are fewer than result.collected */
    const char *said;            /* what it printed: that many bytes of whatever */
    size_t said_length;
    bool is_whole; /* the splice is all, and the lists are all there */
};

/* Carry out an operation. */
bool target_run(struct target *target, const struct op *op, struct target_change *ret_change);

/* Send `count` operations, at most RUN_OPS_MAX, that store STORES_MAX bytes in all at most, to be
 * carried out one after the other, and do not wait. Until they are received, nothing else can be
 * asked, but what was received before stays valid.
 *   lists    whether to tell of all free lists too */
bool target_send(struct target *target, const struct op *ops, size_t count, bool lists);

/* Wait for what was sent.
 *   returns    false when the operation number *ret_count failed
 *   ret_count  how many were carried out, of which target_change tells; there may be fewer than
 *              were sent, at least one: there was no room or time for those behind it, or what it
 *              changed is not whole */
bool target_receive(struct target *target, size_t *ret_count);

/* What came of the operation number `index` of those received last. */
void target_change(const struct target *target, size_t index, struct target_change *ret_change);

/* Whether the operation may take longer than most. */
bool target_waits_longer(const struct op *op);

/* Carry out `count` operations, at most OPS_MAX, that store STORES_MAX bytes in all at most and
 * have been carried out before, without events and without splices. Results have neither visits
 * nor reasons.
 *   is_timed     whether results say how long it took, which takes the longer, the shorter the
 *                operations are
 *   ret_results  one for each operation; after a failure, for those before target_failure()->op */
bool target_replay(struct target *target, const struct op *ops, size_t count, bool is_timed,
                   const struct op_result **ret_results);

/* The same in two: let it begin, and wait for it. In between nothing else can be asked. The results
 * stay until the next but one begins. */
bool target_begin_replay(struct target *target, const struct op *ops, size_t count, bool is_timed);
bool target_end_replay(struct target *target, const struct op_result **ret_results);

/* Read the blocks from the offset `from` on, which is 0 or where one starts. */
bool target_walk(struct target *target, uint64_t from, struct target_splice *ret_splice);

/* Blocks, packed, that tile the heap from where they were asked for. */
struct target_pack {
    const struct packed_block *blocks;
    size_t count;
    uint64_t more; /* where they go on; OFFSET_NULL if that is all */
    uint64_t heap_size;
    bool is_odd; /* what follows is not what a sound heap has */
};

/* The same, packed, in two: let it begin, and wait for it. What was read stays there until the next
 * but one begins, so that it can be looked at while the heap process reads on. */
bool target_begin_pack(struct target *target, uint64_t from);
bool target_end_pack(struct target *target, struct target_pack *ret_pack);

/* A free list, or what it begins with. */
struct target_run {
    uint32_t list;
    const uint64_t *items;
    size_t count;
    struct hg_list_end end; /* stopped: it has further items */
};

/* Read what the free lists from `list` on begin with: at most `most` items, at least one, of each
 * that has any, or does not end as it should.
 *   ret_next  the list to go on with; OFFSET_NULL if that is all */
bool target_lists(struct target *target, uint32_t list, size_t most, const uint64_t **ret_items,
                  size_t *ret_count, uint64_t *ret_next);

/* The next list that items as read by target_lists tell of, from *place, which begins at 0; false
 * after the last. */
bool target_next_run(const uint64_t *items, size_t count, size_t *place,
                     struct target_run *ret_run);

/* Read at most `most` elements of a free list, leaving out the first `skip`. */
bool target_list(struct target *target, uint32_t list, uint64_t skip, size_t most,
                 struct target_run *ret_run);

/* Read payloads that the collector found last, which are offsets in rising order, from the number
 * `from` on.
 *   ret_count  at least one; fewer than there are where one reply has no room for more */
bool target_collected(struct target *target, uint64_t from, const uint64_t **ret_payloads,
                      size_t *ret_count);

/* Whether the collector may be stopped by the user, whom the waiter's progress asks: what is
 * replayed may not. */
void target_let_give_up(struct target *target, bool can_give_up);

/* Whether it was, in what was asked last. */
bool target_gave_up(const struct target *target);

/* Find what the collector would free if the first `roots` variables were its roots and it looked at
 * each `window`-th byte, and free nothing.
 *   ret_splice    of it the events alone
 *   ret_payloads  the first of what was found: target_collected has the others
 *   ret_total     how many there are */
bool target_mark(struct target *target, uint32_t roots, uint32_t window,
                 struct target_splice *ret_splice, const uint64_t **ret_payloads, size_t *ret_count,
                 uint64_t *ret_total);

/* Look for damage; broken is HG_INVARIANT_NONE if there is none. */
bool target_check(struct target *target, struct hg_defect *ret_defect);

/* Read the words of `count` variables from the one in place `from` on.
 *   ret_payloads  what they hold: offsets, OFFSET_NULL for NULL
 *   ret_count     fewer than asked for where one reply has no room for more */
bool target_words(struct target *target, uint32_t from, size_t count, const uint64_t **ret_payloads,
                  size_t *ret_count);

/* Read heap memory: at most `count` bytes, as many as fit one reply, from the offset `from` on.
 *   ret_count  fewer than asked for where the heap ends */
bool target_peek(struct target *target, uint64_t from, size_t count,
                 const unsigned char **ret_bytes, size_t *ret_count);

/* The process in whose memory the heap lies: this one, or another that is only looked at; 0 where
 * there is none any more, as of a core file. */
pid_t target_owner(const struct target *target);

/* Read which pages of [start, start + size) the kernel has given the owner: see pages.h. The
 * process is not asked, and may be stopped.
 *   ret_pages  the caller's; untouched on failure */
bool target_pages(struct target *target, uint64_t start, uint64_t size, struct pages *ret_pages,
                  struct error *error);

#endif
