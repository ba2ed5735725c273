/* op.c: see op.h. */
#include "target/op.h"

const struct op_info op_infos[OP_KINDS] = {
#define X(name, form, traits) [OP_##name] = {form, traits},
    OPERATIONS(X)
#undef X
};

uint64_t op_bytes(const struct op *op)
{
    uint64_t bytes = op->size;

    if (op_has(op, OP_COUNTED) && __builtin_mul_overflow(op->size, op->argument, &bytes))
        return UINT64_MAX;
    return bytes;
}
