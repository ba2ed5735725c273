/* call.c: see call.h. */
#include "target/call.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/patience.h"

enum {
    LAST_PATIENCE_MS = 1000, /* for the answer to an interrupt, and for the end */
    MS_PER_SECOND = 1000,
    US_PER_MS = 1000,
};

void call_set_up(struct target *target)
{
    struct timeval interval = {.tv_usec = PATIENCE_LOOK_MS * US_PER_MS};

    target->patience_ms = TARGET_PATIENCE_MS;
    setsockopt(target->process.socket, SOL_SOCKET, SO_RCVTIMEO, &interval, sizeof interval);
}

/* ---- How a process ends ---- */

bool call_reap(struct target *target, int wait_ms)
{
    struct pollfd ended = {.fd = target->process.pidfd, .events = POLLIN};
    int status;

    if (target->process.pid == 0)
        return true;
    if (poll(&ended, 1, wait_ms) != 1 || waitpid(target->process.pid, &status, 0) < 0)
        return false;
    target->process.pid = 0;
    if (WIFSIGNALED(status))
        target->failure = (struct target_failure){TARGET_KILLED, .number = WTERMSIG(status)};
    else
        target->failure = (struct target_failure){TARGET_EXITED, .number = WEXITSTATUS(status)};
    return true;
}

/* Whether a process that has no more to do than to say so or to end takes too long for that. */
static bool takes_too_long(const struct target *target, struct patience *patience)
{
    struct patience_look look = patience_look(target->process.pid);

    return patience_spend(patience, &look) >= LAST_PATIENCE_MS;
}

void call_end(struct target *target)
{
    struct patience patience = {.spent_ms = 0};
    bool has_ended;

    do
        has_ended = call_reap(target, PATIENCE_LOOK_MS);
    while (!has_ended && !takes_too_long(target, &patience));
    if (!has_ended) {
        kill(target->process.pid, SIGKILL);
        call_reap(target, -1);
    }
}

bool call_abandon(struct target *target, enum target_failure_kind kind)
{
    uint64_t done = __atomic_load_n(&target->process.exchange->reply.ops_done, __ATOMIC_RELAXED);

    kill(target->process.pid, SIGKILL);
    call_end(target);
    target->failure = (struct target_failure){
        .kind = kind, .number = target->patience_ms / MS_PER_SECOND, .op = done};
    return false;
}

/* ---- Waiting ---- */

/* Whether the process is stopped, by a signal or by a debugger. */
static bool is_stopped(const struct target *target)
{
    struct patience_look look = patience_look(target->process.pid);

    return patience_is_stopped(&look);
}

/* Wait for a moment. */
static enum bell_outcome wait_for_bell(const struct target *target)
{
    return bell_wait(&target->process.exchange->to_front, target->requests, target->process.socket);
}

/* Wait for a process that has to say nothing but that it was interrupted; whether it does. */
static bool says_that_it_was_interrupted(const struct target *target)
{
    struct patience patience = {.spent_ms = 0};
    enum bell_outcome outcome;

    do
        outcome = wait_for_bell(target);
    while (outcome == BELL_SILENT && !takes_too_long(target, &patience));
    return outcome == BELL_RUNG;
}

/* Let the failure have what was printed in the operation at fault. */
static void take_speech(struct target *target)
{
    const struct exchange *exchange = target->process.exchange;
    uint64_t from = exchange->reply.said_from;

    if (from >= EXCHANGE_SPEECH_MAX)
        return;
    target->failure.said = exchange->speech + from;
    target->failure.said_length = strnlen(exchange->speech + from, EXCHANGE_SPEECH_MAX - from);
}

/* Cut off an operation that does not end; if that does not help either, end the process. */
static bool interrupt(struct target *target)
{
    kill(target->process.pid, SIGUSR1);
    return says_that_it_was_interrupted(target) || call_abandon(target, TARGET_STUCK);
}

/* The user waits no longer for a process that is stopped. Whichever of the two comes second, the
 * process that says it has begun or the front that takes the request back, sees what the first did:
 * see serve_request. */
static bool give_up(struct target *target)
{
    struct exchange *exchange = target->process.exchange;

    __atomic_store_n(&exchange->request.kind, REQUEST_NOTHING, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&exchange->reply.begun, __ATOMIC_SEQ_CST))
        return call_abandon(target, TARGET_ABANDONED);
    target->owes = true;
    target->failure = (struct target_failure){.kind = TARGET_STOPPED};
    return false;
}

/* Whether the process, which is stopped, is to be waited for. */
static bool shall_wait(struct target *target)
{
    const struct target_waiter *waiter = target->waiter;
    bool wanted;

    if (!waiter || !waiter->is_stopped)
        return true;
    target->is_waiting = true;
    wanted = waiter->is_stopped(waiter->context);
    target->is_waiting = false;
    return wanted;
}

/* Whether an operation that says how far it is has come further; and show it, and let it be stopped
 * if the user wants that. */
static bool works_on(struct target *target, uint64_t *worked)
{
    struct exchange *exchange = target->process.exchange;
    const struct reply *reply = &exchange->reply;
    bool goes_on = true;
    uint64_t now = __atomic_load_n(&reply->worked, __ATOMIC_RELAXED);
    uint64_t work = __atomic_load_n(&reply->work, __ATOMIC_RELAXED);

    if (now == *worked)
        return false;
    *worked = now;
    target->is_waiting = true;
    if (target->waiter && target->waiter->progress)
        goes_on = progress_tick(target->waiter->progress, now, work);
    target->is_waiting = false;
    if (!goes_on && target->can_give_up)
        __atomic_store_n(&exchange->request.stops, 1, __ATOMIC_RELAXED);
    return true;
}

/* Whether the process has come further since it was last asked; what it says of that is kept. */
static bool has_come_further(struct target *target, uint64_t *done, uint64_t *worked)
{
    uint64_t before = *done;

    *done = __atomic_load_n(&target->process.exchange->reply.ops_done, __ATOMIC_RELAXED);
    return *done != before || works_on(target, worked);
}

/* Wait for the reply for as long as operations are completed, or the process is stopped. */
static bool wait_for_reply(struct target *target)
{
    const struct reply *reply = &target->process.exchange->reply;
    struct patience patience = {.spent_ms = 0};
    enum bell_outcome outcome;
    uint64_t done = 0, worked = 0;

    while ((outcome = wait_for_bell(target)) == BELL_SILENT) {
        struct patience_look look = patience_look(target->process.pid);

        if (patience_is_stopped(&look) && !shall_wait(target))
            return give_up(target);
        if (has_come_further(target, &done, &worked) || patience_is_stopped(&look))
            patience_begin(&patience, &look);
        else if (patience_spend(&patience, &look) >= (uint64_t)target->patience_ms)
            return interrupt(target);
    }
    if (outcome == BELL_BROKEN) {
        call_end(target);
        target->failure.op = __atomic_load_n(&reply->ops_done, __ATOMIC_RELAXED);
        target->failure.idle = !reply->begun;
        take_speech(target);
    }
    return outcome == BELL_RUNG;
}

/* ---- Requests and replies ---- */

bool call_fail(struct target *target, enum target_failure_kind kind)
{
    const struct reply *reply = &target->process.exchange->reply;

    target->failure = (struct target_failure){
        .kind = kind,
        .number = reply->number,
        .address = reply->address,
        .is_overflow = reply->is_overflow,
        .op = reply->ops_done,
        .has_event = reply->has_event && (kind == TARGET_FAULT || kind == TARGET_STUCK),
        .event = reply->last_event};
    take_speech(target);
    return false;
}

/* Get what the process owes, or see that it cannot be asked. */
static bool settle(struct target *target)
{
    if (target->is_waiting || (target->owes && is_stopped(target))) {
        target->failure = (struct target_failure){.kind = TARGET_STOPPED};
        return false;
    }
    if (target->owes && !wait_for_reply(target))
        return false;
    target->owes = false;
    return true;
}

struct exchange *call_begin(struct target *target, enum request_kind kind)
{
    struct exchange *exchange = target->process.exchange;

    if (!settle(target))
        return NULL;
    exchange->request = (struct request){.kind = kind};
    exchange->reply.ops_done = 0;
    exchange->reply.begun = 0;
    exchange->reply.worked = 0;
    return exchange;
}

/* Writing much takes long: zeroing, filling, and copying what is moved. */
int call_patience(const struct op *ops, size_t count)
{
    uint64_t most = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t bytes = op_has(&ops[i], OP_WRITES) ? op_bytes(&ops[i]) : 0;

        if (bytes != UINT64_MAX && bytes > most)
            most = bytes;
    }
    most >>= 30;
    return TARGET_PATIENCE_MS + TARGET_PATIENCE_PER_GIB_MS * (int)(most < 1024 ? most : 1024);
}

int call_patience_for_heap(uint64_t heap_size)
{
    const uint64_t gib = (uint64_t)1 << 30;

    return (int)((heap_size < gib ? heap_size : gib) * TARGET_PATIENCE_PER_HEAP_GIB_MS / gib);
}

/* The bytes that operations store go over behind one another. */
static void write_bytes(struct exchange *exchange, size_t count)
{
    uint64_t used = 0;

    for (size_t i = 0; i < count; i++) {
        struct op *op = &exchange->ops[i];

        if (!op_has(op, OP_STORES))
            continue;
        memcpy(exchange->bytes + used, op->bytes, op->size);
        op->bytes_at = used;
        used += op->size;
    }
}

void call_write_ops(struct target *target, const struct op *ops, size_t count)
{
    struct exchange *exchange = target->process.exchange;

    target->patience_ms =
        call_patience(ops, count) + call_patience_for_heap(exchange->reply.heap_size);
    exchange->request.count = count;
    memcpy(exchange->ops, ops, count * sizeof ops[0]);
    write_bytes(exchange, count);
}

bool call_send(struct target *target)
{
    target->requests++;
    if (target->process.pid != 0 &&
        bell_ring(&target->process.exchange->to_heap, target->process.socket))
        return true;
    call_end(target);
    target->failure.idle = true;
    return false;
}

/* Whether counts are possible, and blocks that go on do so further up. */
static bool makes_sense(const struct reply *reply)
{
    if (reply->blocks > EXCHANGE_BLOCKS_MAX || reply->packed > EXCHANGE_PACKED_MAX ||
        reply->events > EXCHANGE_EVENTS_MAX || reply->items > EXCHANGE_ITEMS_MAX ||
        reply->bytes > EXCHANGE_BYTES_MAX)
        return false;
    return reply->blocks == 0 || reply->next == OFFSET_NULL || reply->next > reply->low;
}

bool call_receive(struct target *target)
{
    struct reply *reply = &target->process.exchange->reply;

    if (!wait_for_reply(target))
        return false;
    switch ((enum reply_status)reply->status) {
    case REPLY_DONE: return makes_sense(reply) || call_fail(target, TARGET_GARBLED);
    case REPLY_FAULT: return call_fail(target, TARGET_FAULT);
    case REPLY_INTERRUPTED:
        reply->number = target->patience_ms / MS_PER_SECOND;
        return call_fail(target, TARGET_STUCK);
    case REPLY_FAILED: return call_fail(target, TARGET_REFUSED);
    }
    return call_fail(target, TARGET_GARBLED);
}

bool call_finish(struct target *target)
{
    return call_send(target) && call_receive(target);
}
