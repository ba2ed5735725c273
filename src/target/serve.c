/* serve.c: see serve.h. A table of what can be requested, a guard around each answer, and the loop
 * that waits for the next. Nothing here allocates: between guard_install and the end, the break is
 * moved by the heap alone. */
#include "target/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kind/description.h"
#include "target/clone.h"
#include "target/collect.h"
#include "target/garbage.h"
#include "target/guard.h"
#include "target/operate.h"
#include "target/run.h"
#include "target/speech.h"

static void fail(struct server *server, int number)
{
    server->exchange->reply.status = REPLY_FAILED;
    server->exchange->reply.number = number;
}

/* ---- Opening ---- */

/* Align the break to a page, so that the heap is all of the pages it lies on. */
static bool align_break(void)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t odd = (uintptr_t)sbrk(0) % page;

    return odd == 0 || sbrk((intptr_t)(page - odd)) != (void *)-1;
}

/* Begin again with what a heap of this config needs in the environment, where it is not there yet;
 * false with errno set if that fails. The request waits in the exchange. Here malloc may be called:
 * if all goes well, nothing is left of it. */
static bool surround(const struct kind *kind, const struct hg_config *config)
{
    static char argument[] = SERVE_ARGUMENT, program[] = "heapglass";
    char text[KIND_ENVIRONMENT_MAX], *equals, *const arguments[] = {program, argument, NULL};
    const char *now;

    if (!kind->environment || !kind->environment(config, text))
        return true;
    equals = strchr(text, '=');
    *equals = '\0';
    now = getenv(text);
    if (now && strcmp(now, equals + 1) == 0)
        return true;
    if (setenv(text, equals + 1, 1) == 0)
        execv("/proc/self/exe", arguments);
    return false;
}

/* Open a heap of `kind` at the break; false with errno set. */
static bool open_heap(struct server *server, const struct kind *kind,
                      const struct hg_config *config)
{
    struct exchange *exchange = server->exchange;
    struct hg_config own = kind_unguarded(config);
    struct hg_os os = garbage_os(server);
    struct kind_opening opening = {
        .config = &own, .os = &os, .observer = hg_aside_tell, .context = &server->aside};
    const char *problem = "";

    if (!surround(kind, &own))
        return false;
    if (kind->declared & KIND_SPEAKS)
        speech_open();
    server->start = kind->place ? kind->place() : NULL;
    if (!server->start && !align_break())
        return false;
    if (!server->start)
        server->start = sbrk(0);
    server->heap = kind->open ? kind->open(&opening, &problem) : NULL;
    if (kind->open && !server->heap) {
        strncpy(exchange->reply.problem, problem, sizeof exchange->reply.problem - 1);
        return false;
    }
    server->kind = kind;
    server->is_guarded = config->settings[KIND_SETTING_GUARD] == HG_SWITCH_ON;
    server->capabilities = kind_capabilities(kind);
    return true;
}

static void serve_open(struct server *server)
{
    struct exchange *exchange = server->exchange;
    const struct request *request = &exchange->request;
    const struct kind *kind = NULL;
    const struct hg_policy_info *policy = kind_policy(request->policy, &kind);
    struct hg_config config = {.policy = policy ? policy->name : NULL};

    memcpy(config.settings, request->settings, sizeof request->settings);
    errno = EINVAL;
    if (!policy || !open_heap(server, kind, &config)) {
        fail(server, errno);
        return;
    }
    description_make(kind, server->heap, &config, &exchange->description);
    server->capabilities = exchange->description.capabilities;
    server->list_count = exchange->description.list_count;
    exchange->reply.heap_start =
        kind->address ? kind->address(server->heap) : (uint64_t)(uintptr_t)server->start;
    exchange->reply.stack = (struct target_stack){(uint64_t)(uintptr_t)server->stack_top,
                                                  (uint64_t)(uintptr_t)server->call_site};
    collect_changes(server);
}

/* ---- Acting ---- */

/* From clone_process on, two processes run this. Each answers the request once, to a front of its
 * own: the old one with the new one's number, the new one as the first request that it was sent. */
static void serve_clone(struct server *server)
{
    uint32_t sleepers = server->exchange->request.sleepers;
    pid_t process = clone_process(server->exchange);
    bool sleeps = sleepers & (process == 0 ? CLONE_SECOND : CLONE_FIRST);

    if (process < 0)
        fail(server, errno);
    else
        server->exchange->reply.process = process;
    if (process == 0) {
        server->requests = 1;
        server->aside.is_kept = server->keeps_index = false;
        if (server->capabilities & KIND_SPEAKS)
            speech_open();
        if (!sleeps)
            run_touch_events(&server->exchange->halves[0]);
    }
    server->shares_pages = !sleeps;
}

/* ---- Reading ---- */

static void serve_walk(struct server *server)
{
    collect_blocks(server, server->exchange->request.from, UINT64_MAX);
}

static void serve_pack(struct server *server)
{
    collect_packed(server, server->exchange->request.from);
}

static void add_garbage(struct server *server, uint64_t from)
{
    struct reply *reply = &server->exchange->reply;

    reply->items = garbage_list(server, from, server->room.items, EXCHANGE_ITEMS_MAX);
}

static void serve_mark(struct server *server)
{
    const struct request *request = &server->exchange->request;

    if (!garbage_collect(server, (uint32_t)request->count, (uint32_t)request->from, false))
        fail(server, errno);
    collect_changes(server);
    server->exchange->reply.total = server->garbage.orphans;
    add_garbage(server, 0);
}

static void serve_collected(struct server *server)
{
    add_garbage(server, server->exchange->request.from);
}

static void serve_check(struct server *server)
{
    server->kind->check(server->heap, server_extent(server), &server->exchange->reply.defect);
}

/* The request was withdrawn before it was begun; whatever was sent along with it goes too. */
static void serve_nothing(struct server *server)
{
    char byte;

    (void)server;
    while (recv(EXCHANGE_SOCKET_FD, &byte, sizeof byte, MSG_DONTWAIT) > 0)
        continue;
}

/* ---- Requests ---- */

/* What can be requested: who answers it, and what the heap must be able to do. */
static const struct {
    void (*answer)(struct server *server);
    uint32_t needs; /* bits of enum kind_capability */
} requests[] = {
    [REQUEST_OPEN] = {serve_open, 0},
    [REQUEST_RUN] = {run_and_tell, KIND_ACTS},
    [REQUEST_REPLAY] = {run_silently, KIND_ACTS},
    [REQUEST_CLONE] = {serve_clone, KIND_CLONES},
    [REQUEST_WALK] = {serve_walk, 0},
    [REQUEST_PACK] = {serve_pack, KIND_EXPLAINS},
    [REQUEST_LISTS] = {collect_lists, KIND_LISTS},
    [REQUEST_LIST] = {collect_list, KIND_LISTS},
    [REQUEST_CHECK] = {serve_check, KIND_CHECKS},
    [REQUEST_PEEK] = {collect_bytes, 0},
    [REQUEST_WORDS] = {collect_words, 0},
    [REQUEST_MARK] = {serve_mark, GARBAGE_NEEDS},
    [REQUEST_COLLECTED] = {serve_collected, GARBAGE_NEEDS},
    [REQUEST_NOTHING] = {serve_nothing, 0},
};

static void answer(void *context)
{
    struct server *server = context;
    uint32_t kind = __atomic_load_n(&server->exchange->request.kind, __ATOMIC_SEQ_CST);
    bool opens = kind == REQUEST_OPEN || (kind == REQUEST_NOTHING && !server->kind);

    if (server->kind)
        collect_hold(server, kind == REQUEST_WALK || kind == REQUEST_PACK);
    if (kind >= sizeof requests / sizeof requests[0] || opens != !server->kind)
        fail(server, EINVAL);
    else if (requests[kind].needs & ~server->capabilities)
        fail(server, ENOTSUP);
    else
        requests[kind].answer(server);
}

/* Answer under guard: a fault or an interrupt abandons the answer, and is the reply. */
static void serve_request(struct server *server)
{
    struct reply *reply = &server->exchange->reply;
    struct guard_report fault = {0};
    enum guard_outcome outcome;

    *reply = (struct reply){.next = OFFSET_NULL};
    __atomic_store_n(&reply->begun, 1, __ATOMIC_SEQ_CST); /* only then is the request looked at */
    run_begin_half(server, &server->exchange->halves[0]);
    recorder_reset(&server->recorder, server->room.events);
    if (server->capabilities & KIND_SPEAKS)
        speech_begin(server->exchange);
    server->adds_lists = server->is_silent = server->is_untimed = server->keeps_break = false;
    outcome = guard_run(answer, server, &fault);
    if (outcome != GUARD_COMPLETED)
        server->aside.is_kept = false;
    if (outcome != GUARD_COMPLETED && !server->adds_lists) {
        reply->status = outcome == GUARD_FAULT ? REPLY_FAULT : REPLY_INTERRUPTED;
        reply->number = fault.signal;
        reply->address = fault.address;
        reply->is_overflow = fault.is_overflow;
        reply->has_event = server->recorder.count > 0;
        reply->last_event = server->recorder.last;
    }
    reply->heap_size = server_extent(server);
}

/* After a fork: nobody has to wait for that but who asks for the next thing at once. */
static void own_pages(struct server *server)
{
    if (server->shares_pages)
        clone_own_pages(server->start, server_extent(server));
    server->shares_pages = false;
}

/* The terminal's signals are for the front; this process ends when the front does. */
static void ignore_terminal_signals(void)
{
    static const int ignored[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTOU, SIGTTIN, SIGHUP, SIGPIPE};

    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        signal(ignored[i], SIG_IGN);
}

/* Map what the process works with. What fails is noted where the front finds it.
 *   returns  false where the process cannot serve */
static bool map_memory(struct server *server)
{
    struct trouble trouble;
    void **stack;

    server->exchange = mmap(NULL, sizeof *server->exchange, PROT_READ | PROT_WRITE, MAP_SHARED,
                            EXCHANGE_MEMORY_FD, 0);
    if (server->exchange == MAP_FAILED) {
        trouble_set(&trouble, TROUBLE_EXCHANGE);
        (void)!pwrite(EXCHANGE_MEMORY_FD, &trouble, sizeof trouble,
                      offsetof(struct exchange, trouble));
        return false;
    }
    stack = mmap(NULL, VARIABLES_MAX * sizeof stack[0], PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (stack == MAP_FAILED)
        return trouble_set(&server->exchange->trouble, TROUBLE_VARIABLES);
    server->stack_top = stack + VARIABLES_MAX;
    server->call_site = (void *)(uintptr_t)serve; /* as good as any */
    server->exchange->trouble = (struct trouble){.part = TROUBLE_NONE};
    return true;
}

int serve(void)
{
    struct server server = {.clock_cost = operate_measure_clock()};

    server.aside = (struct hg_aside){
        .observer = recorder_observe, .context = &server.recorder, .lend = run_lend};
    if (!map_memory(&server))
        return 1;
    run_touch_events(&server.exchange->halves[0]);
    prctl(PR_SET_NAME, "heapglass-heap"); /* what ps and top call it */
    ignore_terminal_signals();
    guard_install();
    while (bell_wait(&server.exchange->to_heap, ++server.requests, EXCHANGE_SOCKET_FD) ==
           BELL_RUNG) {
        serve_request(&server);
        if (!bell_ring(&server.exchange->to_front, EXCHANGE_SOCKET_FD))
            break;
        own_pages(&server);
    }
    return 0;
}
