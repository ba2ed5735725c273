/* call.h: one request to a heap process and its reply: the waiting, and how it can end.
 *
 * A process that does not answer runs an operation that does not end, or is stopped: by a signal,
 * or by a debugger. The first is cut off when its time is up. The second is waited for, as long as
 * the waiter likes; then a request that was not begun is withdrawn, and the process, when it goes
 * on, answers that there was nothing to do. Until then it cannot be asked anything. */
#ifndef TARGET_CALL_H
#define TARGET_CALL_H

#include "target/spawn.h"
#include "target/target.h"

/* What was told of a run: a copy, checked, of what says where in the exchange the rest is. */
struct told {
    const struct exchange_half *half;
    size_t sent, count;
    struct exchange_change changes[RUN_OPS_MAX];
    uint64_t events[RUN_OPS_MAX], blocks[RUN_OPS_MAX], items[RUN_OPS_MAX]; /* where each begins */
    char speech[EXCHANGE_SPEECH_MAX]; /* what they said: the next run speaks where they did */
};

struct target {
    struct spawned process;             /* pid 0 once it has been reaped */
    const struct target_waiter *waiter; /* NULL for none */
    int patience_ms;                    /* with the operations at hand */
    uint32_t requests;                  /* sent so far */
    bool owes;                          /* the answer to a request that was withdrawn */
    bool is_waiting;                    /* the waiter is being asked, and can ask nothing */
    bool can_give_up;                   /* what it works on may be stopped */
    struct target_failure failure;
    int64_t owner; /* in whose memory the heap lies: as in its description */
    int pagemap;   /* the owner's page table; -1 until it is asked for */
    uint32_t half; /* of the exchange, where the next run is told of */
    struct told told;
};

/* Let waiting for the bell end now and then, to look what the process does. */
void call_set_up(struct target *target);

/* Begin a request.
 *   returns  the exchange, where the rest of the request is to be written; NULL where the process
 *            cannot be asked now: the failure is set */
struct exchange *call_begin(struct target *target, enum request_kind kind);

/* Write operations into the request that was begun, and wait for it as long as the longest may
 * take; how long that is for what they write, and for a heap of this size. */
void call_write_ops(struct target *target, const struct op *ops, size_t count);
int call_patience(const struct op *ops, size_t count);
int call_patience_for_heap(uint64_t heap_size);

/* Send the request that call_begin began; wait for its reply, and judge it; both.
 *   returns  false with the failure set */
bool call_send(struct target *target);
bool call_receive(struct target *target);
bool call_finish(struct target *target);

/* What the process answered is a failure of this kind. Returns false. */
bool call_fail(struct target *target, enum target_failure_kind kind);

/* Reap the process if it ends within `wait_ms`, -1 for as long as that takes, and note how.
 *   returns  whether it has ended */
bool call_reap(struct target *target, int wait_ms);

/* The process will not answer any more: see to it that it ends, and note how. */
void call_end(struct target *target);

/* End the process in the middle of what it does, which is a failure of this kind. Returns false. */
bool call_abandon(struct target *target, enum target_failure_kind kind);

#endif
