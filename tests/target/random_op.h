/* random_op.h: steps of which any may come next, for who holds what is read back of them. */
#ifndef TESTS_TARGET_RANDOM_OP_H
#define TESTS_TARGET_RANDOM_OP_H

#include "base/random.h"
#include "target/op.h"
#include "test.h"

enum { RANDOM_SLOTS = 150 };

/* How often there is what is seldom. */
struct random_odds {
    int rest; /* one step of so many collects or coalesces */
    int lost; /* of eight steps where a slot points to a block, so many lose it: it is garbage */
};

/* What may be done with a slot next; which slot that is, the caller sets.
 *   is_live  it points to a block */
static inline struct op random_op(struct random *random, bool is_live, struct random_odds odds)
{
    static const uint64_t sizes[] = {64, 200, 900, 5000, 120000};
    static const enum op_kind asks[] = {OP_ALLOC, OP_ALLOC, OP_CALLOC, OP_ALIGNED};
    struct op op = {.kind = asks[random_below(random, TEST_COUNT(asks))],
                    .size = 1 + random_below(random, sizes[random_below(random, 5)])};

    if (random_below(random, (uint64_t)odds.rest) == 0)
        return (struct op){.kind = random_below(random, 2) ? OP_COALESCE : OP_GC,
                           .roots = RANDOM_SLOTS};
    if (is_live && random_below(random, 8) >= (uint64_t)odds.lost)
        op.kind = random_below(random, 3) ? OP_FREE : OP_REALLOC;
    else if (op.kind == OP_CALLOC)
        op.argument = 1;
    else if (op.kind == OP_ALIGNED)
        op.argument = (uint64_t)8 << random_below(random, 10);
    return op;
}

#endif
