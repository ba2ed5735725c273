/* trace.c: see trace.h. The one place where operations enter a trace. */
#include "trace/trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void trace_init(struct trace *trace, const char *name)
{
    *trace = (struct trace){.name = memory_copy_string(name), .worth = TRACE_WORTH_BOTH};
}

void trace_finish(struct trace *trace)
{
    free(trace->name);
    free(trace->ops);
    free(trace->sizes);
    text_finish(&trace->names);
    free(trace->named_at);
    *trace = (struct trace){0};
}

bool trace_is_live(const struct trace *trace, uint32_t id, uint64_t *ret_size)
{
    if (id >= trace->id_count || trace->sizes[id] == 0)
        return false;
    *ret_size = trace->sizes[id] - 1;
    return true;
}

/* Whether the operation keeps what trace.h says about ids; else say what it breaks.
 *   live, old_size  of the operation's id; the size is 0 where it is not live */
static bool is_allowed(const struct trace *trace, const struct trace_op *op, bool live,
                       uint64_t old_size, struct error *error)
{
    if (trace->op_count == TRACE_OPS_MAX)
        return error_set(error, "a trace has %zu operations at most", TRACE_OPS_MAX);
    if (op->id >= TRACE_IDS_MAX && (op->kind != TRACE_FREE || op->id != TRACE_NULL_ID))
        return error_set(error, "id %" PRIu32 " is out of range; ids are below %" PRIu32, op->id,
                         TRACE_IDS_MAX);
    if (op->kind == TRACE_ALLOCATE && live)
        return error_set(error, "id %" PRIu32 " is allocated twice", op->id);
    if (op->kind == TRACE_FREE && op->id != TRACE_NULL_ID && !live)
        return error_set(error, "id %" PRIu32 " is freed but %s", op->id,
                         op->id < trace->id_count ? "not live" : "was never allocated");
    if (op->size == UINT64_MAX) /* or more: a reader's numbers end there */
        return error_set(error,
                         "so many more bytes are too many; %" PRIu64 " can be live at a time",
                         TRACE_SIZE_MAX);
    if (op->size > TRACE_SIZE_MAX - (trace->live - old_size))
        return error_set(error,
                         "%" PRIu64 " more bytes are too many; %" PRIu64 " can be live at a time",
                         op->size, TRACE_SIZE_MAX);
    return true;
}

/* Make room for one more operation and for its id, unless that is NULL's. */
static bool make_room(struct trace *trace, uint32_t id, struct error *error)
{
    size_t ids = id == TRACE_NULL_ID ? 0 : (size_t)id + 1;
    struct trace_op *ops;
    uint64_t *sizes;

    if (trace->op_count < trace->op_capacity && ids <= trace->id_count)
        return true;
    ops = memory_try_reserve(trace->ops, &trace->op_capacity, trace->op_count + 1,
                             sizeof trace->ops[0]);
    if (ops)
        trace->ops = ops;
    sizes = memory_try_reserve(trace->sizes, &trace->size_capacity, ids, sizeof trace->sizes[0]);
    if (sizes)
        trace->sizes = sizes;
    if (!ops || (!sizes && ids > 0))
        return error_set_kind(error, ERROR_NO_MEMORY, "there is no memory for operation %zu",
                              trace->op_count + 1);
    while (trace->id_count < ids)
        trace->sizes[trace->id_count++] = 0;
    return true;
}

void trace_expect(struct trace *trace, size_t ops, size_t ids)
{
    struct trace_op *items =
        memory_try_reserve(trace->ops, &trace->op_capacity, ops, sizeof trace->ops[0]);
    uint64_t *sizes =
        memory_try_reserve(trace->sizes, &trace->size_capacity, ids, sizeof trace->sizes[0]);

    trace->ops = items ? items : trace->ops;
    trace->sizes = sizes ? sizes : trace->sizes;
}

bool trace_add(struct trace *trace, enum trace_kind kind, uint32_t id, uint64_t size,
               struct error *error)
{
    struct trace_op op = {.size = size, .id = id, .kind = kind};
    uint64_t old_size = 0;
    bool live = trace_is_live(trace, id, &old_size);

    if (!is_allowed(trace, &op, live, old_size, error) || !make_room(trace, id, error))
        return false;
    trace->ops[trace->op_count++] = op;
    trace->kind_counts[kind]++;
    if (id == TRACE_NULL_ID)
        return true;
    trace->sizes[id] = kind == TRACE_FREE ? 0 : size + 1;
    trace->live += size - old_size;
    if (trace->live > trace->peak_live)
        trace->peak_live = trace->live;
    return true;
}

void trace_spend(struct trace *trace, size_t ops)
{
    free(trace->sizes);
    trace->sizes = NULL;
    memory_let_go(trace->ops, ops * sizeof trace->ops[0]);
    if (ops < trace->op_count)
        return;
    free(trace->ops);
    trace->ops = NULL;
}

void trace_name(struct trace *trace, uint32_t id, const char *name)
{
    if (trace->names.length >= UINT32_MAX)
        return;
    trace->named_at = memory_reserve(trace->named_at, &trace->named_capacity, (size_t)id + 1,
                                     sizeof trace->named_at[0]);
    while (trace->named_count <= id)
        trace->named_at[trace->named_count++] = 0;
    if (trace->named_at[id] != 0)
        return;
    trace->named_at[id] = (uint32_t)trace->names.length + 1;
    text_add_bytes(&trace->names, name, strlen(name) + 1);
}

const char *trace_name_of(const struct trace *trace, uint32_t id)
{
    return id < trace->named_count && trace->named_at[id] != 0
               ? trace->names.data + trace->named_at[id] - 1
               : NULL;
}
