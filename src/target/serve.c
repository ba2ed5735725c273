/* serve.c: the heap process's requests, one function for each. Nothing here allocates: between
 * guard_install and the end, the break is moved by the heap alone. */
#include "target/serve.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "target/clone.h"
#include "target/exchange.h"
#include "target/guard.h"
#include "target/limit.h"
#include "target/recorder.h"

struct server {
    struct exchange *exchange;
    void **slots; /* the variables */
    struct hg_heap *heap;
    uint64_t clock_cost; /* nanoseconds that reading the clock twice takes */
    uint32_t requests;   /* received so far, and the one that is waited for */
    struct recorder recorder;
};

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* The least time between two readings of the clock. */
static uint64_t measure_clock(void)
{
    enum { ROUNDS = 256 };
    uint64_t least = UINT64_MAX;

    for (int i = 0; i < ROUNDS; i++) {
        uint64_t start = now(), passed = now() - start;

        if (passed < least)
            least = passed;
    }
    return least;
}

/* Bytes from the heap's start to the break: the kernel's word, not the heap's. */
static size_t heap_extent(const struct server *server)
{
    return server->heap ? (size_t)((char *)sbrk(0) - (char *)server->heap) : 0;
}

/* ---- Operations ---- */

/* One operation at work. It may be abandoned anywhere: see serve_request. */
struct work {
    struct server *server;
    const struct op *op;
    uint64_t started;
    bool refused;
};

static void allocate(struct work *work, void **slot)
{
    struct hg_heap *heap = work->server->heap;
    const struct op *op = work->op;
    void *payload;

    work->started = now();
    if (op->kind == OP_CALLOC)
        payload = hg_calloc(heap, op->argument, op->size);
    else if (op->kind == OP_ALIGNED)
        payload = hg_aligned_alloc(heap, op->argument, op->size);
    else
        payload = hg_malloc(heap, op->size);
    *slot = payload;
    work->refused = !payload;
}

static void reallocate(struct work *work, void **slot)
{
    void *payload;

    work->started = now();
    payload = hg_realloc(work->server->heap, *slot, work->op->size);
    work->refused =
        !payload && (work->op->size > 0 || work->server->recorder.reason != HG_REASON_NONE);
    if (!work->refused)
        *slot = payload;
}

static void carry_out(struct work *work)
{
    struct server *server = work->server;
    const struct op *op = work->op;
    void **slot = &server->slots[op->slot % VARIABLES_MAX];

    switch ((enum op_kind)op->kind) {
    case OP_ALLOC:
    case OP_CALLOC:
    case OP_ALIGNED: allocate(work, slot); break;
    case OP_REALLOC: reallocate(work, slot); break;
    case OP_FREE:
        work->started = now();
        work->refused = !hg_free(server->heap, *slot);
        break;
    case OP_FILL: memset(*slot, (int)op->argument, op->size); break;
    case OP_LIMIT: work->refused = !limit_heap(heap_extent(server), op->size); break;
    case OP_COALESCE:
        work->started = now();
        hg_coalesce(server->heap);
        break;
    }
}

static uint64_t offset_of(const struct server *server, const void *payload)
{
    return payload ? (uint64_t)((const char *)payload - (const char *)server->heap) : OFFSET_NULL;
}

static bool answers_with_payload(uint32_t kind)
{
    return kind == OP_ALLOC || kind == OP_CALLOC || kind == OP_ALIGNED || kind == OP_REALLOC;
}

/* What came of the operation, which has been completed by now. */
static struct op_result result_of(const struct work *work, uint64_t ended, uint64_t visits_before)
{
    struct server *server = work->server;
    void *payload = server->slots[work->op->slot % VARIABLES_MAX];
    struct op_result result = {
        .payload = offset_of(server, payload),
        .heap_size = heap_extent(server),
        .visits = server->recorder.visits - visits_before,
        .refused = work->refused,
        .reason = work->refused ? server->recorder.reason : HG_REASON_NONE,
    };

    if (work->started && ended - work->started > server->clock_cost)
        result.nanoseconds = ended - work->started - server->clock_cost;
    if (answers_with_payload(work->op->kind) && !work->refused)
        result.usable = hg_usable_size(server->heap, payload);
    return result;
}

static void run_op(struct server *server, uint64_t index)
{
    struct exchange *exchange = server->exchange;
    struct work work = {.server = server, .op = &exchange->ops[index]};
    uint64_t visits = server->recorder.visits;

    server->recorder.reason = HG_REASON_NONE;
    carry_out(&work);
    exchange->results[index] = result_of(&work, now(), visits);
    __atomic_store_n(&exchange->reply.ops_done, index + 1, __ATOMIC_RELAXED);
}

/* ---- Reading back ---- */

struct block_collector {
    struct exchange *exchange;
    uint64_t until; /* blocks from here on are not wanted */
};

static bool collect_block(void *context, const struct hg_block *block)
{
    struct block_collector *collector = context;
    struct reply *reply = &collector->exchange->reply;

    reply->next = OFFSET_NULL;
    if (block->at >= collector->until)
        return false;
    if (reply->blocks == EXCHANGE_BLOCKS_MAX) {
        reply->next = block->at;
        return false;
    }
    collector->exchange->blocks[reply->blocks++] = *block;
    reply->high = block->at + block->size;
    return true;
}

/* Collect the blocks of [low, high) as they stand in memory now. */
static void collect_blocks(struct server *server, uint64_t low, uint64_t high)
{
    struct block_collector collector = {.exchange = server->exchange, .until = high};
    struct reply *reply = &server->exchange->reply;

    reply->low = reply->high = low;
    hg_walk(server->heap, heap_extent(server), low, collect_block, &collector);
}

/* Collect the blocks that changed since the recorder was reset. */
static void collect_changes(struct server *server)
{
    const struct recorder *recorder = &server->recorder;
    struct reply *reply = &server->exchange->reply;

    reply->events = recorder->count;
    reply->events_dropped = recorder->dropped;
    if (recorder->low < recorder->high)
        collect_blocks(server, recorder->low, recorder->high);
}

/* Collects the items of one list from the `skip`-th on, at most `most`. */
struct item_collector {
    uint64_t *items;
    uint64_t skip, most;
    uint64_t index; /* of the item at hand */
    uint64_t count; /* collected so far */
    bool more;      /* there is one that is not collected */
};

static bool collect_item(void *context, uint64_t at)
{
    struct item_collector *collector = context;

    if (collector->index++ < collector->skip)
        return true;
    if (collector->count == collector->most) {
        collector->more = true;
        return false;
    }
    collector->items[collector->count++] = at;
    return true;
}

static void collect_items(const struct server *server, uint32_t list,
                          struct item_collector *collector)
{
    hg_list_walk(server->heap, heap_extent(server), list, collect_item, collector);
}

/* ---- Requests ---- */

static void fail(struct server *server, int number)
{
    server->exchange->reply.status = REPLY_FAILED;
    server->exchange->reply.number = number;
}

/* Align the break to a page, so that the heap is all of the pages it lies on. */
static bool align_break(void)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t odd = (uintptr_t)sbrk(0) % page;

    return odd == 0 || sbrk((intptr_t)(page - odd)) != (void *)-1;
}

static void serve_open(struct server *server)
{
    const struct request *request = &server->exchange->request;
    const struct hg_policy_info *policy = hg_policy(request->policy);
    struct hg_config config = {.policy = policy ? policy->name : NULL};
    struct hg_os os = hg_os_sbrk();

    memcpy(config.settings, request->settings, sizeof config.settings);
    if (align_break())
        server->heap = hg_open(&config, &os, recorder_observe, &server->recorder);
    if (!server->heap) {
        fail(server, errno);
        return;
    }
    collect_changes(server);
    server->exchange->reply.heap_start = (uint64_t)(uintptr_t)server->heap;
}

static void run_ops(struct server *server)
{
    uint64_t count = server->exchange->request.count;

    for (uint64_t i = 0; i < count && i < OPS_MAX; i++)
        run_op(server, i);
}

static void serve_run(struct server *server)
{
    run_ops(server);
    collect_changes(server);
}

/* Nobody is told of events, which makes long searches half as long. */
static void serve_replay(struct server *server)
{
    hg_observe(server->heap, NULL, NULL);
    run_ops(server);
    hg_observe(server->heap, recorder_observe, &server->recorder);
}

/* Events are written while the clock runs: let most steps meet no page fault there. Where the
 * kernel cannot do this beforehand, they do. */
static void touch_events(struct exchange *exchange)
{
    enum { EVENTS_TOUCHED = 8192 };
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t first = (uintptr_t)exchange->events / page * page;

    madvise((void *)first, EVENTS_TOUCHED * sizeof exchange->events[0], MADV_POPULATE_WRITE);
}

/* Both processes come back from here; the new one has an exchange and a socket of its own, and
 * answers there the request by which it came to be. */
static void serve_clone(struct server *server)
{
    pid_t process = clone_process(server->exchange);

    if (process < 0)
        fail(server, errno);
    else
        server->exchange->reply.process = process;
    if (process == 0) {
        server->requests = 1;
        touch_events(server->exchange);
    }
    clone_own_pages(server->heap, heap_extent(server));
}

static uint64_t fewer(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Add a run of what `list` begins with; false if there is no room for it. */
static bool add_run(struct server *server, uint32_t list)
{
    struct exchange *exchange = server->exchange;
    uint64_t *run = &exchange->items[exchange->reply.items];
    uint64_t room = EXCHANGE_ITEMS_MAX - exchange->reply.items;
    struct item_collector collector = {.items = run + EXCHANGE_RUN_HEADER};

    if (room < EXCHANGE_RUN_HEADER + 1)
        return false;
    collector.most = fewer(exchange->request.count, room - EXCHANGE_RUN_HEADER);
    collect_items(server, list, &collector);
    if (collector.count > 0) {
        run[EXCHANGE_RUN_LIST] = list;
        run[EXCHANGE_RUN_COUNT] = collector.count;
        run[EXCHANGE_RUN_MORE] = collector.more;
        exchange->reply.items += EXCHANGE_RUN_HEADER + collector.count;
    }
    return true;
}

static void serve_lists(struct server *server)
{
    struct hg_config config = hg_config_of(server->heap);
    uint32_t count = hg_list_count(&config), list = server->exchange->request.list;

    while (list < count && add_run(server, list))
        list++;
    if (list < count)
        server->exchange->reply.next = list;
}

static void serve_list(struct server *server)
{
    struct exchange *exchange = server->exchange;
    const struct request *request = &exchange->request;
    struct item_collector collector = {.items = exchange->items,
                                       .skip = request->from,
                                       .most = fewer(request->count, EXCHANGE_ITEMS_MAX)};

    collect_items(server, request->list, &collector);
    exchange->reply.items = collector.count;
    if (collector.more)
        exchange->reply.next = request->from + collector.count;
}

static void serve_peek(struct server *server)
{
    struct exchange *exchange = server->exchange;
    size_t extent = heap_extent(server);
    uint64_t from = exchange->request.from, count = exchange->request.count;

    if (from >= extent)
        return;
    if (count > extent - from)
        count = extent - from;
    if (count > EXCHANGE_BYTES_MAX)
        count = EXCHANGE_BYTES_MAX;
    memcpy(exchange->bytes, (const char *)server->heap + from, count);
    exchange->reply.bytes = count;
}

static void answer(void *context)
{
    struct server *server = context;
    struct exchange *exchange = server->exchange;
    enum request_kind kind = (enum request_kind)exchange->request.kind;

    if ((kind == REQUEST_OPEN) != !server->heap) {
        fail(server, EINVAL);
        return;
    }
    switch (kind) {
    case REQUEST_OPEN: serve_open(server); break;
    case REQUEST_RUN: serve_run(server); break;
    case REQUEST_REPLAY: serve_replay(server); break;
    case REQUEST_CLONE: serve_clone(server); break;
    case REQUEST_WALK: collect_blocks(server, exchange->request.from, UINT64_MAX); break;
    case REQUEST_LISTS: serve_lists(server); break;
    case REQUEST_LIST: serve_list(server); break;
    case REQUEST_CHECK: hg_check(server->heap, heap_extent(server), &exchange->reply.defect); break;
    case REQUEST_PEEK: serve_peek(server); break;
    }
}

/* Answer under guard: a fault or an interrupt abandons the answer, and is the reply. */
static void serve_request(struct server *server)
{
    struct reply *reply = &server->exchange->reply;
    struct guard_report fault = {0};
    enum guard_outcome outcome;

    *reply = (struct reply){.begun = 1, .next = OFFSET_NULL};
    recorder_reset(&server->recorder, server->exchange->events);
    outcome = guard_run(answer, server, &fault);
    if (outcome != GUARD_COMPLETED) {
        reply->status = outcome == GUARD_FAULT ? REPLY_FAULT : REPLY_INTERRUPTED;
        reply->number = fault.signal;
        reply->address = fault.address;
    }
    reply->heap_size = heap_extent(server);
}

/* The terminal's signals are for the front; this process ends when the front does. */
static void ignore_terminal_signals(void)
{
    static const int ignored[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTOU, SIGTTIN, SIGHUP, SIGPIPE};

    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        signal(ignored[i], SIG_IGN);
}

int serve(void)
{
    struct server server = {.clock_cost = measure_clock()};

    server.exchange = mmap(NULL, sizeof *server.exchange, PROT_READ | PROT_WRITE, MAP_SHARED,
                           EXCHANGE_MEMORY_FD, 0);
    server.slots = mmap(NULL, VARIABLES_MAX * sizeof server.slots[0], PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (server.exchange == MAP_FAILED || server.slots == MAP_FAILED)
        return 1;
    touch_events(server.exchange);
    prctl(PR_SET_NAME, "heapglass-heap"); /* what ps and top call it */
    ignore_terminal_signals();
    guard_install();
    while (bell_wait(&server.exchange->to_heap, ++server.requests, EXCHANGE_SOCKET_FD) ==
           BELL_RUNG) {
        serve_request(&server);
        if (!bell_ring(&server.exchange->to_front, EXCHANGE_SOCKET_FD))
            break;
    }
    return 0;
}
