/* same_change.h: what two heap processes told of an operation is the same. */
#ifndef TESTS_TARGET_SAME_CHANGE_H
#define TESTS_TARGET_SAME_CHANGE_H

#include <string.h>

#include "target/target.h"
#include "test.h"

static inline void assert_same_bytes(const void *a, size_t a_count, const void *b, size_t b_count)
{
    assert_int_equal(a_count, b_count);
    assert_true(a_count == 0 || memcmp(a, b, a_count) == 0);
}

/* But for nanoseconds. */
static inline void assert_same_change(const struct target_change *a, const struct target_change *b)
{
    struct op_result timeless = a->result;

    timeless.nanoseconds = b->result.nanoseconds;
    timeless.kernel = b->result.kernel;
    assert_memory_equal(&timeless, &b->result, sizeof timeless);
    assert_int_equal(a->splice.low, b->splice.low);
    assert_int_equal(a->splice.high, b->splice.high);
    assert_int_equal(a->splice.more, b->splice.more);
    assert_int_equal(a->splice.heap_size, b->splice.heap_size);
    assert_int_equal(a->splice.events_dropped, b->splice.events_dropped);
    assert_same_bytes(a->splice.blocks, a->splice.count * sizeof a->splice.blocks[0],
                      b->splice.blocks, b->splice.count * sizeof b->splice.blocks[0]);
    assert_same_bytes(a->splice.events, a->splice.event_count * sizeof a->splice.events[0],
                      b->splice.events, b->splice.event_count * sizeof b->splice.events[0]);
}

#endif
