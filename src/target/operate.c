/* operate.c: see operate.h. The clock runs only while the allocator does. */
#include "target/operate.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "target/garbage.h"
#include "target/guarded.h"
#include "target/limit.h"
#include "target/reach.h"

uint64_t operate_measure_clock(void)
{
    enum { ROUNDS = 256 };
    uint64_t least = UINT64_MAX;

    for (int i = 0; i < ROUNDS; i++) {
        uint64_t start = clock_ns(), passed = clock_ns() - start;

        if (passed < least)
            least = passed;
    }
    return least;
}

/* One operation at work. */
struct work {
    struct server *server;
    const struct op *op;
    uint64_t started; /* 0 if the allocator has nothing to do with it */
    bool refused;     /* until it has been carried out */
    bool is_examined;
    const void *stored_at;            /* of what stores */
    bool stack_written;               /* besides the variable's word */
    struct hg_pointer_report pointer; /* what is given back was, if it was examined */
    uint64_t word;                    /* in the slot that it was about */
    uint64_t collected;               /* payloads */
};

/* ---- What each operation does; nothing where the kind lacks the function that it needs ---- */

/* The allocator answered an allocation. */
static void take_answer(struct work *work, void **slot, void *payload)
{
    *slot = payload;
    work->refused = !payload;
    guarded_paint(work->server, payload, op_bytes(work->op));
}

static void allocate(struct work *work, void **slot)
{
    const struct server *server = work->server;

    if (!server->kind->allocate)
        return;
    work->started = server_now(work->server);
    take_answer(work, slot,
                server->kind->allocate(server->heap, guarded_size(server, work->op->size)));
}

static void allocate_zeroed(struct work *work, void **slot)
{
    const struct server *server = work->server;
    const struct op *op = work->op;

    if (!server->kind->allocate_zeroed)
        return;
    work->started = server_now(work->server);
    if (server->is_guarded && op_bytes(op) <= HG_SIZE_MAX)
        take_answer(
            work, slot,
            server->kind->allocate_zeroed(server->heap, 1, guarded_size(server, op_bytes(op))));
    else
        take_answer(work, slot,
                    server->kind->allocate_zeroed(server->heap, op->argument, op->size));
}

static void allocate_aligned(struct work *work, void **slot)
{
    const struct server *server = work->server;
    const struct op *op = work->op;

    if (!server->kind->allocate_aligned)
        return;
    work->started = server_now(work->server);
    take_answer(
        work, slot,
        server->kind->allocate_aligned(server->heap, op->argument, guarded_size(server, op->size)));
}

static void reallocate(struct work *work, void **slot)
{
    const struct server *server = work->server;
    void *payload;

    if (!server->kind->resize)
        return;
    work->started = server_now(work->server);
    payload = server->kind->resize(server->heap, *slot,
                                   work->op->size > 0 ? guarded_size(server, work->op->size) : 0);
    work->refused = !payload && (work->op->size > 0 || server->recorder.reason != HG_REASON_NONE);
    if (work->refused)
        return;
    if (payload != *slot)
        guarded_fill_left(server, *slot, work->op->argument);
    *slot = payload;
    guarded_paint(server, payload, work->op->size);
}

static void release(struct work *work, void **slot)
{
    const struct server *server = work->server;

    if (!server->kind->release)
        return;
    work->is_examined = work->op->examine && server->kind->examine;
    if (work->is_examined)
        server->kind->examine(server->heap, server_extent(server), *slot, &work->pointer);
    work->started = server_now(work->server);
    work->refused = !guarded_release(server, *slot, work->op->size);
}

static void fill(struct work *work, void **slot)
{
    char *bytes = work->op->address ? (char *)slot : *slot;

    memset(bytes, (int)work->op->argument, work->op->size);
    work->stack_written = server_is_stack(work->server, bytes, work->op->size);
    work->refused = false;
}

/* Write to each page of the first bytes, without changing any. */
static void touch(struct work *work, void **slot)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), at = (uintptr_t)*slot;
    uintptr_t end = at + work->op->size;

    for (; at < end; at = at / page * page + page) {
        volatile char *byte = (volatile char *)at;
        char held = *byte;

        *byte = held;
    }
    work->refused = false;
}

/* Let the variable point where another one does, or to that one, or so many bytes beyond. */
static void point(struct work *work, void **slot)
{
    const struct op *op = work->op;
    void **other = server_word(work->server, op->other % VARIABLES_MAX);
    char *base = op->other == NO_VARIABLE ? NULL : op->address ? (char *)other : *other;

    *slot = base ? base + op->argument : NULL;
    work->refused = false;
}

/* Push what a call does: where to go on, and where the caller's frame is. */
static void enter(struct work *work, void **slot)
{
    const struct server *server = work->server;
    uint32_t caller = work->op->other;

    slot[0] = server->call_site;
    slot[-1] =
        caller == NO_VARIABLE ? server->stack_top : server_word(server, caller % VARIABLES_MAX);
    work->refused = false;
}

/* The stack pointer is the front's to know; what is there stays as it is. */
static void declare(struct work *work, void **slot)
{
    (void)slot;
    work->refused = false;
}

static void leave(struct work *work, void **slot)
{
    if (work->op->slot != NO_VARIABLE)
        point(work, slot);
    work->refused = false;
}

/* Write its bytes; in the exchange, what was there takes their place. */
static void store(struct work *work, void **slot)
{
    unsigned char *bytes = work->server->exchange->bytes + work->op->bytes_at;
    const char *base = work->op->slot == NO_VARIABLE ? work->server->start
                       : work->op->address           ? (const char *)slot
                                                     : *slot;
    unsigned char *to = (unsigned char *)((uintptr_t)base + work->op->argument);

    work->stored_at = to;
    if (!reach_is_allowed(work->server, to, work->op->size))
        return;
    for (uint64_t i = 0; i < work->op->size; i++) {
        unsigned char before = to[i];

        to[i] = bytes[i];
        bytes[i] = before;
    }
    work->stack_written = server_is_stack(work->server, to, work->op->size);
    work->refused = false;
}

static void limit(struct work *work, void **slot)
{
    (void)slot;
    if (work->server->kind->declared & KIND_LIMITS)
        work->refused = !limit_heap(server_extent(work->server), work->op->size);
}

static void coalesce(struct work *work, void **slot)
{
    const struct server *server = work->server;

    (void)slot;
    if (!server->kind->coalesce)
        return;
    work->started = server_now(work->server);
    server->kind->coalesce(server->heap);
    work->refused = false;
}

/* Where the slot lies of what a variable points to, or of its own bytes; a payload need not be
 * aligned like it. */
static char *slot_of(void **variable, const struct op *op)
{
    char *start = op->own ? (char *)variable : *variable;

    return start + op->size * SLOT_BYTES;
}

/* Write into a slot where another variable points, or so many bytes beyond; or NULL. Where that is
 * forced, what was there goes into the exchange. */
static void write_slot(struct work *work, void **variable)
{
    const struct op *op = work->op;
    const struct server *server = work->server;
    char *slot = slot_of(variable, op);
    void *word = NULL;

    if (op->kind == OP_LINK)
        point(work, &word);
    work->refused = !reach_is_allowed(server, slot, SLOT_BYTES);
    if (work->refused)
        return;
    if (op->examine && !server->is_silent)
        memcpy(server->exchange->bytes, slot, SLOT_BYTES);
    memcpy(slot, &word, sizeof word);
    memcpy(&word, slot, sizeof word);
    work->word = server_offset(server, word);
    work->stack_written = op->own && op->examine; /* perhaps beyond the variable's own bytes */
}

/* Let the variable point where a slot does. */
static void load_slot(struct work *work, void **slot)
{
    const struct op *op = work->op;
    const struct server *server = work->server;

    memcpy(slot, slot_of(server_word(server, op->other % VARIABLES_MAX), op), sizeof *slot);
    work->word = server_offset(server, *slot);
    work->refused = false;
}

static void collect_garbage(struct work *work, void **slot)
{
    struct server *server = work->server;

    (void)slot;
    if (GARBAGE_NEEDS & ~server->capabilities)
        return;
    if (!work->started)
        work->started = server_now(work->server);
    work->refused = !garbage_collect(server, work->op->roots, work->op->window, true);
    work->collected = work->refused ? 0 : server->garbage.freed;
}

static void (*const operations[OP_KINDS])(struct work *work, void **slot) = {
    [OP_ALLOC] = allocate,     [OP_CALLOC] = allocate_zeroed,
    [OP_REALLOC] = reallocate, [OP_ALIGNED] = allocate_aligned,
    [OP_FREE] = release,       [OP_FILL] = fill,
    [OP_POKE] = store,         [OP_WRITE] = store,
    [OP_TOUCH] = touch,        [OP_LET] = point,
    [OP_LIMIT] = limit,        [OP_COALESCE] = coalesce,
    [OP_LINK] = write_slot,    [OP_UNLINK] = write_slot,
    [OP_LOAD] = load_slot,     [OP_GC] = collect_garbage,
    [OP_CALL] = enter,         [OP_LOCAL] = declare,
    [OP_RETURN] = leave,
};

/* ---- What came of it ---- */

/* Bytes of the payload that may be used; where the kind cannot say, what was asked for. */
static uint64_t usable_of(const struct work *work, const void *payload)
{
    const struct server *server = work->server;
    const struct op *op = work->op;

    if (!payload)
        return 0;
    if (server->kind->usable)
        return server->kind->usable(server->heap, payload);
    return op_bytes(op);
}

/* What came of the operation, which has been completed by now. */
static struct op_result result_of(const struct work *work, uint64_t ended, uint64_t visits_before)
{
    struct server *server = work->server;
    const void *payload = op_has(work->op, OP_STORES)
                              ? work->stored_at
                              : *server_word(server, work->op->slot % VARIABLES_MAX);
    struct op_result result = {
        .payload = server_offset(server, payload),
        .heap_size = server_extent(server),
        .visits = server->recorder.visits - visits_before,
        .refused = work->refused,
        .stack_written = work->stack_written,
        .reason = work->refused ? server->recorder.reason : HG_REASON_NONE,
        .examined = work->is_examined,
        .pointer = work->pointer.kind,
        .around = work->pointer.block.size,
        .distance = work->pointer.distance,
        .word = work->word,
        .collected = work->collected,
    };

    if (work->started && ended - work->started > server->clock_cost)
        result.nanoseconds = ended - work->started - server->clock_cost;
    result.kernel = server->kernel < result.nanoseconds ? server->kernel : result.nanoseconds;
    if (op_has(work->op, OP_GIVES) && !work->refused)
        result.usable = usable_of(work, payload);
    return result;
}

/* A collection that frees little of a large heap was hardly worth it, and the next would not be,
 * either: only once it has grown by half is garbage looked for again. */
static void back_off(struct server *server)
{
    enum { LARGE = 1 << 20, WORTH_PARTS = 8, GROWTH_PARTS = 2 };
    size_t extent = server_extent(server);
    uint64_t freed = server->garbage.freed > 0 ? server->garbage.orphan_bytes : 0;

    server->collects_from =
        extent >= LARGE && freed < extent / WORTH_PARTS ? extent + extent / GROWTH_PARTS : 0;
}

/* Carry out an operation that may not make the heap grow before garbage has been looked for. While
 * that is done, the variable still holds what it held. */
static void operate_or_collect(struct work *work, void **slot)
{
    struct server *server = work->server;
    void *before = *slot;
    uint64_t started;

    server->keeps_break = server_extent(server) >= server->collects_from;
    server->was_kept = false;
    operations[work->op->kind](work, slot);
    server->keeps_break = false;
    if (!work->refused || !server->was_kept)
        return;
    *slot = before;
    started = work->started;
    collect_garbage(work, slot);
    back_off(server);
    server->recorder.reason = HG_REASON_NONE;
    work->refused = true;
    operations[work->op->kind](work, slot);
    work->started = started;
}

/* Whether it is an allocation that is to collect before the heap grows. */
static bool may_collect(const struct op *op)
{
    return op->window > 0 && op->roots != NO_ROOTS && op_has(op, OP_GIVES);
}

struct op_result operate(struct server *server, const struct op *op, uint64_t *ret_ended)
{
    struct work work = {.server = server, .op = op, .refused = true};
    uint64_t visits = server->recorder.visits;

    server->recorder.reason = HG_REASON_NONE;
    server->kernel = 0;
    (may_collect(op) ? operate_or_collect
                     : operations[op->kind])(&work, server_word(server, op->slot % VARIABLES_MAX));
    *ret_ended = server_now(server);
    return result_of(&work, *ret_ended, visits);
}
