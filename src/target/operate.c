/* operate.c: see operate.h. The clock runs only while the allocator does. */
#include "target/operate.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "target/limit.h"

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t operate_measure_clock(void)
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

/* One operation at work. */
struct work {
    struct server *server;
    const struct op *op;
    uint64_t started; /* 0 if the allocator has nothing to do with it */
    bool refused;
};

static void allocate(struct work *work, void **slot)
{
    const struct kind *kind = work->server->kind;
    void *heap = work->server->heap, *payload;
    const struct op *op = work->op;

    work->started = now();
    if (op->kind == OP_CALLOC)
        payload = kind->allocate_zeroed(heap, op->argument, op->size);
    else if (op->kind == OP_ALIGNED)
        payload = kind->allocate_aligned(heap, op->argument, op->size);
    else
        payload = kind->allocate(heap, op->size);
    *slot = payload;
    work->refused = !payload;
}

static void reallocate(struct work *work, void **slot)
{
    void *payload;

    work->started = now();
    payload = work->server->kind->resize(work->server->heap, *slot, work->op->size);
    work->refused =
        !payload && (work->op->size > 0 || work->server->recorder.reason != HG_REASON_NONE);
    if (!work->refused)
        *slot = payload;
}

/* Whether the kind has what the operation needs. */
static bool is_possible(const struct kind *kind, uint32_t op)
{
    switch ((enum op_kind)op) {
    case OP_ALLOC: return kind->allocate;
    case OP_CALLOC: return kind->allocate_zeroed;
    case OP_ALIGNED: return kind->allocate_aligned;
    case OP_REALLOC: return kind->resize;
    case OP_FREE: return kind->release;
    case OP_LIMIT: return kind->declared & KIND_LIMITS;
    case OP_COALESCE: return kind->coalesce;
    case OP_FILL: return true;
    }
    return false;
}

static void carry_out(struct work *work)
{
    struct server *server = work->server;
    const struct op *op = work->op;
    void **slot = &server->slots[op->slot % VARIABLES_MAX];

    work->refused = !is_possible(server->kind, op->kind);
    if (work->refused)
        return;
    switch ((enum op_kind)op->kind) {
    case OP_ALLOC:
    case OP_CALLOC:
    case OP_ALIGNED: allocate(work, slot); break;
    case OP_REALLOC: reallocate(work, slot); break;
    case OP_FREE:
        work->started = now();
        work->refused = !server->kind->release(server->heap, *slot);
        break;
    case OP_FILL: memset(*slot, (int)op->argument, op->size); break;
    case OP_LIMIT: work->refused = !limit_heap(server_extent(server), op->size); break;
    case OP_COALESCE:
        work->started = now();
        server->kind->coalesce(server->heap);
        break;
    }
}

static uint64_t offset_of(const struct server *server, const void *payload)
{
    return payload ? (uint64_t)((const char *)payload - server->start) : OFFSET_NULL;
}

static bool answers_with_payload(uint32_t kind)
{
    return kind == OP_ALLOC || kind == OP_CALLOC || kind == OP_ALIGNED || kind == OP_REALLOC;
}

/* Bytes of the payload that may be used; where the kind cannot say, what was asked for. */
static uint64_t usable_of(const struct work *work, const void *payload)
{
    const struct server *server = work->server;
    const struct op *op = work->op;

    if (!payload)
        return 0;
    if (server->kind->usable)
        return server->kind->usable(server->heap, payload);
    return op->kind == OP_CALLOC ? op->size * op->argument : op->size;
}

/* What came of the operation, which has been completed by now. */
static struct op_result result_of(const struct work *work, uint64_t ended, uint64_t visits_before)
{
    struct server *server = work->server;
    void *payload = server->slots[work->op->slot % VARIABLES_MAX];
    struct op_result result = {
        .payload = offset_of(server, payload),
        .heap_size = server_extent(server),
        .visits = server->recorder.visits - visits_before,
        .refused = work->refused,
        .reason = work->refused ? server->recorder.reason : HG_REASON_NONE,
    };

    if (work->started && ended - work->started > server->clock_cost)
        result.nanoseconds = ended - work->started - server->clock_cost;
    if (answers_with_payload(work->op->kind) && !work->refused)
        result.usable = usable_of(work, payload);
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

void operate(struct server *server)
{
    uint64_t count = server->exchange->request.count;

    for (uint64_t i = 0; i < count && i < OPS_MAX; i++)
        run_op(server, i);
}
