/* target.c: see target.h. */
#include "target/target.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limit.h"
#include "base/memory.h"
#include "kind/own_before.h"
#include "target/call.h"
#include "target/huge.h"
#include "target/said.h"

struct target *target_create(const struct target_waiter *waiter, struct error *error)
{
    struct target *target = memory_create(1, sizeof *target);

    if (!spawn_heap_process(&target->process, error)) {
        free(target);
        return NULL;
    }
    target->waiter = waiter;
    target->pagemap = -1;
    call_set_up(target);
    return target;
}

void target_abandon(struct target *target)
{
    call_abandon(target, TARGET_ABANDONED);
}

void target_wait_with(struct target *target, const struct target_waiter *waiter)
{
    target->waiter = waiter;
}

void target_kill(struct target *target)
{
    if (target->process.pid > 0)
        kill(target->process.pid, SIGKILL);
}

void target_destroy(struct target *target)
{
    if (!target)
        return;
    if (target->process.pid > 0) {
        target_kill(target);
        waitpid(target->process.pid, NULL, 0);
    }
    if (target->pagemap >= 0)
        close(target->pagemap);
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

bool target_has_ended(struct target *target, struct target_failure *ret_failure)
{
    if (!call_reap(target, 0))
        return false;
    *ret_failure = target->failure;
    return true;
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
static pid_t request_clone(struct target *target, enum target_actor actor,
                           const struct spawn_ends *ends)
{
    static const uint32_t sleepers[] = {[TARGET_BOTH_ACT] = 0,
                                        [TARGET_FIRST_ACTS] = CLONE_SECOND,
                                        [TARGET_CLONE_ACTS] = CLONE_FIRST,
                                        [TARGET_NEITHER_ACTS] = CLONE_FIRST | CLONE_SECOND};
    struct exchange *exchange = call_begin(target, REQUEST_CLONE);

    if (!exchange)
        return 0;
    exchange->request.sleepers = sleepers[actor];
    if (!call_send(target))
        return 0;
    if (!send_ends(target, ends)) {
        call_end(target);
        return 0;
    }
    return call_receive(target) ? target->process.exchange->reply.process : 0;
}

struct target *target_clone(struct target *target, enum target_actor actor, struct error *error)
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
    clone->waiter = target->waiter;
    clone->pagemap = -1;
    call_set_up(clone);
    clone->requests = 1; /* the clone answers the request that made it */
    clone->process.exchange->to_heap.rings = 1;
    pid = request_clone(target, actor, &ends);
    spawn_close_ends(&ends);
    if (pid > 0 && spawn_adopt(&clone->process, pid) && call_receive(clone))
        return clone;
    error_set_kind(error, ERROR_SYSTEM, "the heap process cannot be cloned: %s",
                   pid > 0                                  ? "the clone did not start"
                   : target->failure.kind == TARGET_REFUSED ? strerror(target->failure.number)
                   : target->failure.kind == TARGET_STOPPED ? "it is stopped"
                                                            : "it ended");
    if (pid <= 0 && target->failure.kind == TARGET_REFUSED)
        limit_add_causes(target->failure.number, error);
    target_destroy(clone);
    return NULL;
}

/* ---- What can be asked ---- */

static struct target_splice splice_of(const struct target *target)
{
    const struct exchange *exchange = target->process.exchange;
    const struct reply *reply = &exchange->reply;

    return (struct target_splice){
        .blocks = exchange->halves[0].blocks,
        .count = reply->blocks,
        .low = reply->low,
        .high = reply->high,
        .more = reply->next,
        .heap_size = reply->heap_size,
        .heap_start = reply->heap_start,
        .stack = reply->stack,
        .events = exchange->halves[0].events,
        .event_count = reply->events,
        .events_dropped = reply->events_dropped,
    };
}

/* Say what it printed until then. */
static void append_said(const struct target_failure *failure, struct error *error)
{
    struct text said = {0};

    if (failure->said_length == 0)
        return;
    said_add(&said, failure->said, failure->said_length);
    error_append(error, "; it %s", text_string(&said));
    text_finish(&said);
}

/* Say that the allocator did not survive its own beginning; false. */
static bool died_opening(const struct target_failure *failure, struct error *error)
{
    const char *name = failure->number > 0 ? sigabbrev_np(failure->number) : NULL;
    bool goes_before = getenv(OWN_BEFORE);

    error_set(error, "the heap process cannot open a heap: ");
    switch (failure->kind) {
    case TARGET_STOPPED: error_append(error, "it is stopped"); break;
    case TARGET_FAULT:
    case TARGET_KILLED:
        error_append(error, "the allocator %s SIG%s while it was set up%s",
                     failure->number == SIGABRT ? "gave up with" : "met", name ? name : "?",
                     goes_before ? " or went through the trace before" : "");
        break;
    case TARGET_STUCK:
        error_append(error, "the allocator was still setting itself up%s after %d s",
                     goes_before ? " or going through the trace before" : "", failure->number);
        break;
    case TARGET_EXITED: error_append(error, "it ended with status %d", failure->number); break;
    case TARGET_FINE:
    case TARGET_REFUSED:
    case TARGET_GARBLED:
    case TARGET_ABANDONED: error_append(error, "it ended"); break;
    }
    append_said(failure, error);
    return false;
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
        return died_opening(failure, error);
    memcpy(problem, target->process.exchange->reply.problem, sizeof problem);
    problem[sizeof problem - 1] = '\0';
    error_set(error, "the heap process cannot open a heap: %s",
              problem[0] ? problem : strerror(failure->number));
    append_said(failure, error);
    if (failure->number == ENOMEM) {
        limit_add_causes(ENOMEM, error);
        error->kind = ERROR_NO_MEMORY;
    }
    return false;
}

bool target_open(struct target *target, const struct hg_config *config,
                 struct kind_description *ret_description, struct target_splice *ret_splice,
                 struct error *error)
{
    struct exchange *exchange = call_begin(target, REQUEST_OPEN);
    unsigned policy = UINT_MAX; /* the heap process refuses what is none */

    if (!exchange)
        return cannot_open(target, error);
    kind_policy_find(config->policy, &policy);
    exchange->request.policy = policy;
    memcpy(exchange->request.settings, config->settings, sizeof config->settings);
    if (!call_finish(target))
        return cannot_open(target, error);
    description_take(&exchange->description, ret_description);
    target->owner = ret_description->process;
    *ret_splice = splice_of(target);
    ret_splice->said = exchange->speech;
    ret_splice->said_length = strnlen(exchange->speech, EXCHANGE_SPEECH_MAX);
    return true;
}

bool target_begin_replay(struct target *target, const struct op *ops, size_t count, bool is_timed)
{
    struct exchange *exchange = call_begin(target, REQUEST_REPLAY);

    if (!exchange)
        return false;
    exchange->request.untimed = !is_timed;
    exchange->request.half = target->half;
    call_write_ops(target, ops, count);
    return call_send(target);
}

bool target_end_replay(struct target *target, const struct op_result **ret_results)
{
    *ret_results = target->process.exchange->results[target->half];
    target->half = !target->half;
    return call_receive(target);
}

bool target_replay(struct target *target, const struct op *ops, size_t count, bool is_timed,
                   const struct op_result **ret_results)
{
    return target_begin_replay(target, ops, count, is_timed) &&
           target_end_replay(target, ret_results);
}

bool target_walk(struct target *target, uint64_t from, struct target_splice *ret_splice)
{
    struct exchange *exchange = call_begin(target, REQUEST_WALK);

    if (!exchange)
        return false;
    exchange->request.from = from;
    if (!call_finish(target))
        return false;
    *ret_splice = splice_of(target);
    return true;
}

bool target_begin_pack(struct target *target, uint64_t from)
{
    struct exchange *exchange = call_begin(target, REQUEST_PACK);

    if (!exchange)
        return false;
    exchange->request.from = from;
    exchange->request.half = target->half;
    return call_send(target);
}

bool target_end_pack(struct target *target, struct target_pack *ret_pack)
{
    const struct exchange *exchange = target->process.exchange;
    const struct reply *reply = &exchange->reply;

    if (!call_receive(target))
        return false;
    *ret_pack = (struct target_pack){.blocks = exchange->halves[target->half].packed,
                                     .count = reply->packed,
                                     .more = reply->next,
                                     .heap_size = reply->heap_size,
                                     .is_odd = reply->is_odd != 0};
    target->half = !target->half;
    return true;
}

bool target_lists(struct target *target, uint32_t list, size_t most, const uint64_t **ret_items,
                  size_t *ret_count, uint64_t *ret_next)
{
    struct exchange *exchange = call_begin(target, REQUEST_LISTS);

    if (!exchange)
        return false;
    exchange->request.list = list;
    exchange->request.count = most;
    if (!call_finish(target))
        return false;
    *ret_items = exchange->halves[0].items;
    *ret_count = exchange->reply.items;
    *ret_next = exchange->reply.next;
    return true;
}

/* How a list ends that a process tells of which may be broken. */
static struct hg_list_end sound_end(uint64_t how, uint64_t link)
{
    return (struct hg_list_end){how > HG_LIST_UNREADABLE ? HG_LIST_UNREADABLE : (uint32_t)how,
                                link};
}

bool target_next_run(const uint64_t *items, size_t count, size_t *place, struct target_run *ret_run)
{
    const uint64_t *run = &items[*place];
    size_t left = count - *place;

    if (left < EXCHANGE_RUN_HEADER || run[EXCHANGE_RUN_COUNT] > left - EXCHANGE_RUN_HEADER)
        return false;
    *ret_run = (struct target_run){.list = (uint32_t)run[EXCHANGE_RUN_LIST],
                                   .items = run + EXCHANGE_RUN_HEADER,
                                   .count = run[EXCHANGE_RUN_COUNT],
                                   .end = sound_end(run[EXCHANGE_RUN_END], run[EXCHANGE_RUN_LINK])};
    *place += EXCHANGE_RUN_HEADER + ret_run->count;
    return true;
}

bool target_list(struct target *target, uint32_t list, uint64_t skip, size_t most,
                 struct target_run *ret_run)
{
    struct exchange *exchange = call_begin(target, REQUEST_LIST);

    if (!exchange)
        return false;
    exchange->request.list = list;
    exchange->request.from = skip;
    exchange->request.count = most;
    if (!call_finish(target))
        return false;
    *ret_run =
        (struct target_run){.list = list,
                            .items = exchange->halves[0].items,
                            .count = exchange->reply.items,
                            .end = sound_end(exchange->reply.end.how, exchange->reply.end.link)};
    return true;
}

/* Ask for `count` things from the `from`-th on. Returns where they are to be found; NULL on
 * failure. */
static const struct exchange *read_some(struct target *target, enum request_kind kind,
                                        uint64_t from, size_t count)
{
    struct exchange *exchange = call_begin(target, kind);

    if (!exchange)
        return NULL;
    exchange->request.from = from;
    exchange->request.count = count;
    return call_finish(target) ? exchange : NULL;
}

bool target_collected(struct target *target, uint64_t from, const uint64_t **ret_payloads,
                      size_t *ret_count)
{
    const struct exchange *exchange = read_some(target, REQUEST_COLLECTED, from, 0);

    if (!exchange)
        return false;
    *ret_payloads = exchange->halves[0].items;
    *ret_count = exchange->reply.items;
    return *ret_count > 0 || call_fail(target, TARGET_GARBLED);
}

bool target_mark(struct target *target, uint32_t roots, uint32_t window,
                 struct target_splice *ret_splice, const uint64_t **ret_payloads, size_t *ret_count,
                 uint64_t *ret_total)
{
    const struct exchange *exchange = read_some(target, REQUEST_MARK, window, roots);

    if (!exchange)
        return false;
    *ret_splice = splice_of(target);
    *ret_payloads = exchange->halves[0].items;
    *ret_count = exchange->reply.items;
    *ret_total = exchange->reply.total;
    return true;
}

void target_let_give_up(struct target *target, bool can_give_up)
{
    target->can_give_up = can_give_up;
}

bool target_gave_up(const struct target *target)
{
    return __atomic_load_n(&target->process.exchange->request.stops, __ATOMIC_RELAXED) != 0;
}

bool target_check(struct target *target, struct hg_defect *ret_defect)
{
    if (!call_begin(target, REQUEST_CHECK) || !call_finish(target))
        return false;
    *ret_defect = target->process.exchange->reply.defect;
    return true;
}

bool target_words(struct target *target, uint32_t from, size_t count, const uint64_t **ret_payloads,
                  size_t *ret_count)
{
    const struct exchange *exchange = read_some(target, REQUEST_WORDS, from, count);

    if (!exchange)
        return false;
    *ret_payloads = exchange->halves[0].items;
    *ret_count = exchange->reply.items;
    return true;
}

bool target_peek(struct target *target, uint64_t from, size_t count,
                 const unsigned char **ret_bytes, size_t *ret_count)
{
    const struct exchange *exchange = read_some(target, REQUEST_PEEK, from, count);

    if (!exchange)
        return false;
    *ret_bytes = exchange->bytes;
    *ret_count = exchange->reply.bytes;
    return true;
}

pid_t target_owner(const struct target *target)
{
    if (target->owner == KIND_PROCESS_OWN)
        return target->process.pid;
    return target->owner == KIND_PROCESS_NONE ? 0 : (pid_t)target->owner;
}

bool target_pages(struct target *target, uint64_t start, uint64_t size, struct pages *ret_pages,
                  struct error *error)
{
    pid_t owner = target_owner(target);

    if (target->owner != KIND_PROCESS_OWN)
        return error_set(error, "its pages are those of the look");
    if (owner <= 0)
        return error_set(error, "the heap process has ended");
    if (target->pagemap < 0)
        target->pagemap = pages_open((int)owner);
    if (target->pagemap < 0)
        return error_set_errno(error, "the kernel does not tell of the pages of process %d",
                               (int)owner);
    if (!pages_read(target->pagemap, start, size, ret_pages, error))
        return false;
    if (ret_pages->is_by_words)
        ret_pages->huge = huge_read((int)owner, start, start + size);
    return true;
}
