/* op.c: see op.h. */
#include "target/op.h"

static const struct op_info infos[OP_KINDS] = {
    [OP_ALLOC] = {"alloc $ %s", OP_NAMES | OP_GIVES | OP_CALLS},
    [OP_CALLOC] = {"calloc $ %n %s", OP_NAMES | OP_GIVES | OP_CALLS | OP_WRITES | OP_COUNTED},
    [OP_REALLOC] = {"realloc $ %s", OP_NAMES | OP_GIVES | OP_TAKES | OP_CALLS | OP_WRITES},
    [OP_ALIGNED] = {"aligned $ %a %s", OP_NAMES | OP_GIVES | OP_CALLS},
    [OP_FREE] = {"free! $", OP_NAMES | OP_TAKES | OP_CALLS},
    [OP_FILL] = {"fill $ %b", OP_NAMES | OP_FILLS | OP_WRITES},
    [OP_LET] = {"let $ = @", OP_NAMES | OP_POINTS},
    [OP_LIMIT] = {"limit %l", OP_LIMITS},
    [OP_COALESCE] = {"coalesce", OP_CALLS},
};

const struct op_info *op_info(uint32_t kind)
{
    return &infos[kind];
}

bool op_has(const struct op *op, enum op_trait trait)
{
    return infos[op->kind].traits & trait;
}

uint64_t op_bytes(const struct op *op)
{
    uint64_t bytes = op->size;

    if (op_has(op, OP_COUNTED) && __builtin_mul_overflow(op->size, op->argument, &bytes))
        return UINT64_MAX;
    return bytes;
}
