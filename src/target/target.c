/* target.c: see target.h. */
#include "target/target.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "target/spawn.h"

enum {
    LAST_PATIENCE_MS = 1000, /* for the answer to an interrupt */
    MS_PER_SECOND = 1000,
    US_PER_MS = 1000,
};

struct target {
    struct spawned process; /* pid 0 once it has been reaped */
    int patience_ms;        /* with the operations at hand */
    uint32_t requests;      /* sent so far */
    struct target_failure failure;
};

/* How long to wait for the next bell. */
static void wait_at_most(struct target *target, int patience_ms)
{
    struct timeval patience = {
        .tv_sec = patience_ms / MS_PER_SECOND,
        .tv_usec = patience_ms % MS_PER_SECOND * US_PER_MS,
    };

    setsockopt(target->process.socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

static void set_patience(struct target *target, int patience_ms)
{
    if (target->patience_ms != patience_ms) {
        target->patience_ms = patience_ms;
        wait_at_most(target, patience_ms);
    }
}

struct target *target_create(struct error *error)
{
    struct target *target = memory_create(1, sizeof *target);

    if (!spawn_heap_process(&target->process, error)) {
        free(target);
        return NULL;
    }
    set_patience(target, TARGET_PATIENCE_MS);
    return target;
}

void target_destroy(struct target *target)
{
    if (!target)
        return;
    if (target->process.pid > 0) {
        kill(target->process.pid, SIGKILL);
        waitpid(target->process.pid, NULL, 0);
    }
    spawn_disconnect(&target->process);
    free(target);
}

pid_t target_pid(const struct target *target)
{
    return target->process.pid;
}

int target_descriptor(const struct target *target)
{
    return target->process.pidfd;
}

const struct target_failure *target_failure(const struct target *target)
{
    return &target->failure;
}

/* ---- How a process ends ---- */

/* Reap the process if it ends within wait_ms. */
static bool reap(struct target *target, int wait_ms)
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

/* The process will not answer any more: see to it that it ends, and note how. */
static void end(struct target *target)
{
    if (!reap(target, LAST_PATIENCE_MS)) {
        kill(target->process.pid, SIGKILL);
        reap(target, -1);
    }
}

bool target_has_ended(struct target *target, struct target_failure *ret_failure)
{
    if (!reap(target, 0))
        return false;
    *ret_failure = target->failure;
    return true;
}

/* ---- Requests and replies ---- */

static enum bell_outcome wait_for_bell(const struct target *target)
{
    return bell_wait(&target->process.exchange->to_front, target->requests, target->process.socket);
}

static uint64_t ops_done(const struct target *target)
{
    return __atomic_load_n(&target->process.exchange->reply.ops_done, __ATOMIC_RELAXED);
}

/* Cut off an operation that does not end; if that does not help either, end the process. */
static bool interrupt(struct target *target)
{
    enum bell_outcome outcome;

    wait_at_most(target, LAST_PATIENCE_MS);
    kill(target->process.pid, SIGUSR1);
    outcome = wait_for_bell(target);
    wait_at_most(target, target->patience_ms);
    if (outcome == BELL_RUNG)
        return true;
    kill(target->process.pid, SIGKILL);
    end(target);
    target->failure.kind = TARGET_STUCK;
    target->failure.number = target->patience_ms / MS_PER_SECOND;
    target->failure.op = ops_done(target);
    return false;
}

/* Wait for the reply for as long as operations are completed. */
static bool wait_for_reply(struct target *target)
{
    enum bell_outcome outcome;
    uint64_t before = 0;

    while ((outcome = wait_for_bell(target)) == BELL_SILENT && ops_done(target) != before)
        before = ops_done(target);
    if (outcome == BELL_SILENT)
        return interrupt(target);
    if (outcome == BELL_BROKEN) {
        end(target);
        target->failure.op = ops_done(target);
        target->failure.idle = !target->process.exchange->reply.begun;
    }
    return outcome == BELL_RUNG;
}

static bool failed(struct target *target, enum target_failure_kind kind)
{
    const struct reply *reply = &target->process.exchange->reply;

    target->failure = (struct target_failure){
        .kind = kind, .number = reply->number, .address = reply->address, .op = reply->ops_done};
    return false;
}

/* Whether counts are possible, and blocks that go on do so further up. */
static bool makes_sense(const struct reply *reply)
{
    if (reply->blocks > EXCHANGE_BLOCKS_MAX || reply->events > EXCHANGE_EVENTS_MAX ||
        reply->items > EXCHANGE_ITEMS_MAX || reply->bytes > EXCHANGE_BYTES_MAX)
        return false;
    return reply->blocks == 0 || reply->next == OFFSET_NULL || reply->next > reply->low;
}

/* Send the request that stands in the exchange. */
static bool request(struct target *target, enum request_kind kind)
{
    struct exchange *exchange = target->process.exchange;

    exchange->request.kind = kind;
    exchange->reply.ops_done = 0;
    exchange->reply.begun = 0;
    target->requests++;
    if (target->process.pid != 0 && bell_ring(&exchange->to_heap, target->process.socket))
        return true;
    end(target);
    target->failure.idle = true;
    return false;
}

/* Wait for the reply, and judge it. */
static bool receive(struct target *target)
{
    struct reply *reply = &target->process.exchange->reply;

    if (!wait_for_reply(target))
        return false;
    switch ((enum reply_status)reply->status) {
    case REPLY_DONE: return makes_sense(reply) || failed(target, TARGET_GARBLED);
    case REPLY_FAULT: return failed(target, TARGET_FAULT);
    case REPLY_INTERRUPTED:
        reply->number = target->patience_ms / MS_PER_SECOND;
        return failed(target, TARGET_STUCK);
    case REPLY_FAILED: return failed(target, TARGET_REFUSED);
    }
    return failed(target, TARGET_GARBLED);
}

static bool call(struct target *target, enum request_kind kind)
{
    return request(target, kind) && receive(target);
}

/* ---- Clones ---- */

/* Send the ends that a clone is to have. The process cannot take them for the bell's bytes: it
 * reads none once it has seen the request that was rung for before. */
static bool send_ends(const struct target *target, const struct spawn_ends *ends)
{
    union {
        char bytes[CMSG_SPACE(sizeof *ends)];
        struct cmsghdr header;
    } control = {0};
    char byte = 0;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};

    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof *ends);
    memcpy(CMSG_DATA(&control.header), ends, sizeof *ends);
    return sendmsg(target->process.socket, &message, MSG_NOSIGNAL) == 1;
}

/* Let the process make a clone of itself that has `ends`.
 *   returns  the clone's number; 0 when there is none */
static pid_t request_clone(struct target *target, const struct spawn_ends *ends)
{
    if (!request(target, REQUEST_CLONE))
        return 0;
    if (!send_ends(target, ends)) {
        end(target);
        return 0;
    }
    return receive(target) ? target->process.exchange->reply.process : 0;
}

struct target *target_clone(struct target *target, struct error *error)
{
    struct target *clone = memory_create(1, sizeof *clone);
    struct trouble trouble;
    struct spawn_ends ends;
    pid_t pid;

    if (!spawn_connect(&clone->process, &ends, &trouble)) {
        trouble_tell(&trouble, "the heap process cannot be cloned", error);
        free(clone);
        return NULL;
    }
    set_patience(clone, TARGET_PATIENCE_MS);
    clone->requests = 1; /* the clone answers the request that made it */
    clone->process.exchange->to_heap.rings = 1;
    pid = request_clone(target, &ends);
    spawn_close_ends(&ends);
    if (pid > 0 && spawn_adopt(&clone->process, pid) && receive(clone))
        return clone;
    error_set(error, "the heap process cannot be cloned: %s",
              pid > 0                                  ? "the clone did not start"
              : target->failure.kind == TARGET_REFUSED ? strerror(target->failure.number)
                                                       : "it ended");
    target_destroy(clone);
    return NULL;
}

/* ---- What can be asked ---- */

static struct target_splice splice_of(const struct target *target)
{
    const struct exchange *exchange = target->process.exchange;
    const struct reply *reply = &exchange->reply;

    return (struct target_splice){
        .blocks = exchange->blocks,
        .count = reply->blocks,
        .low = reply->low,
        .high = reply->high,
        .more = reply->next,
        .heap_size = reply->heap_size,
        .heap_start = reply->heap_start,
        .events = exchange->events,
        .event_count = reply->events,
        .events_dropped = reply->events_dropped,
    };
}

/* Say why there is no heap; false. */
static bool cannot_open(const struct target *target, struct error *error)
{
    const struct target_failure *failure = &target->failure;
    struct trouble trouble = target->process.exchange->trouble;
    char problem[EXCHANGE_PROBLEM_MAX];

    if (failure->kind != TARGET_REFUSED && trouble.part != TROUBLE_NONE)
        return trouble_tell(&trouble, "the heap process cannot be started", error);
    if (failure->kind != TARGET_REFUSED)
        return error_set(error, "the heap process cannot open a heap: it ended");
    memcpy(problem, target->process.exchange->reply.problem, sizeof problem);
    problem[sizeof problem - 1] = '\0';
    error_set(error, "the heap process cannot open a heap: %s",
              problem[0] ? problem : strerror(failure->number));
    if (failure->number == ENOMEM)
        trouble_add_limits(ENOMEM, error);
    return false;
}

bool target_open(struct target *target, const struct hg_config *config,
                 struct kind_description *ret_description, struct target_splice *ret_splice,
                 struct error *error)
{
    struct request *request = &target->process.exchange->request;
    unsigned policy = UINT_MAX; /* the heap process refuses what is none */

    kind_policy_find(config->policy, &policy);
    *request = (struct request){.policy = policy};
    memcpy(request->settings, config->settings, sizeof request->settings);
    if (!call(target, REQUEST_OPEN))
        return cannot_open(target, error);
    description_take(&target->process.exchange->description, ret_description);
    *ret_splice = splice_of(target);
    return true;
}

/* Writing much takes long: zeroing, filling, and copying what is moved. */
static int patience_for(const struct op *ops, size_t count)
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

static bool run(struct target *target, enum request_kind kind, const struct op *ops, size_t count,
                const struct op_result **ret_results)
{
    struct exchange *exchange = target->process.exchange;

    set_patience(target, patience_for(ops, count));
    exchange->request.count = count;
    memcpy(exchange->ops, ops, count * sizeof ops[0]);
    *ret_results = exchange->results;
    return call(target, kind);
}

bool target_run(struct target *target, const struct op *ops, size_t count,
                struct target_splice *ret_splice, const struct op_result **ret_results)
{
    if (!run(target, REQUEST_RUN, ops, count, ret_results))
        return false;
    *ret_splice = splice_of(target);
    return true;
}

bool target_replay(struct target *target, const struct op *ops, size_t count,
                   const struct op_result **ret_results)
{
    return run(target, REQUEST_REPLAY, ops, count, ret_results);
}

bool target_walk(struct target *target, uint64_t from, struct target_splice *ret_splice)
{
    target->process.exchange->request.from = from;
    if (!call(target, REQUEST_WALK))
        return false;
    *ret_splice = splice_of(target);
    return true;
}

bool target_lists(struct target *target, uint32_t list, size_t most, uint64_t *ret_next)
{
    struct exchange *exchange = target->process.exchange;

    exchange->request = (struct request){.list = list, .count = most};
    if (!call(target, REQUEST_LISTS))
        return false;
    *ret_next = exchange->reply.next;
    return true;
}

bool target_next_run(const struct target *target, size_t *place, struct target_run *ret_run)
{
    const struct exchange *exchange = target->process.exchange;
    const uint64_t *run = &exchange->items[*place];
    size_t left = exchange->reply.items - *place;

    if (left < EXCHANGE_RUN_HEADER || run[EXCHANGE_RUN_COUNT] > left - EXCHANGE_RUN_HEADER)
        return false;
    *ret_run = (struct target_run){.list = (uint32_t)run[EXCHANGE_RUN_LIST],
                                   .items = run + EXCHANGE_RUN_HEADER,
                                   .count = run[EXCHANGE_RUN_COUNT],
                                   .more = run[EXCHANGE_RUN_MORE]};
    *place += EXCHANGE_RUN_HEADER + ret_run->count;
    return true;
}

bool target_list(struct target *target, uint32_t list, uint64_t skip, size_t most,
                 const uint64_t **ret_items, size_t *ret_count, bool *ret_more)
{
    struct exchange *exchange = target->process.exchange;

    exchange->request = (struct request){.list = list, .from = skip, .count = most};
    if (!call(target, REQUEST_LIST))
        return false;
    *ret_items = exchange->items;
    *ret_count = exchange->reply.items;
    *ret_more = exchange->reply.next != OFFSET_NULL;
    return true;
}

bool target_check(struct target *target, struct hg_defect *ret_defect)
{
    if (!call(target, REQUEST_CHECK))
        return false;
    *ret_defect = target->process.exchange->reply.defect;
    return true;
}

bool target_words(struct target *target, uint32_t from, size_t count, const uint64_t **ret_payloads,
                  size_t *ret_count)
{
    struct exchange *exchange = target->process.exchange;

    exchange->request = (struct request){.from = from, .count = count};
    if (!call(target, REQUEST_WORDS))
        return false;
    *ret_payloads = exchange->items;
    *ret_count = exchange->reply.items;
    return true;
}

bool target_peek(struct target *target, uint64_t from, size_t count,
                 const unsigned char **ret_bytes, size_t *ret_count)
{
    struct exchange *exchange = target->process.exchange;

    exchange->request = (struct request){.from = from, .count = count};
    if (!call(target, REQUEST_PEEK))
        return false;
    *ret_bytes = exchange->bytes;
    *ret_count = exchange->reply.bytes;
    return true;
}
