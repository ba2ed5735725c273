/* test_costs.c: how the costs of steps are distributed. */
#include "session/costs.h"

#include "test.h"

enum { STEPS = 200 };

static void percentiles_are_those_of_all_calls(void **state)
{
    struct step steps[STEPS + 2] = {0};
    struct history history = {.steps = {.items = steps, .count = STEPS + 2}};
    struct costs costs;

    (void)state;
    for (size_t i = 0; i < STEPS; i++) {
        steps[i].op.kind = i % 2 ? OP_FREE : OP_ALLOC;
        steps[i].result.nanoseconds = STEPS - i; /* 200 down to 1 */
        steps[i].result.visits = i == 7 ? 1000 : 2;
    }
    steps[STEPS].op.kind = OP_FILL; /* these do not call the allocator */
    steps[STEPS + 1].op.kind = OP_LIMIT;
    steps[STEPS].result.nanoseconds = steps[STEPS + 1].result.nanoseconds = 1000000;
    costs = costs_measure(&history);
    assert_int_equal(costs.count, STEPS);
    assert_int_equal(costs.nanoseconds.p50, 100);
    assert_int_equal(costs.nanoseconds.p99, 198);
    assert_int_equal(costs.nanoseconds.max, 200);
    assert_true(costs.visits_are_known);
    assert_int_equal(costs.visits.p99, 2);
    assert_int_equal(costs.visits.max, 1000);
    assert_int_equal(costs.buckets[0], 1);         /* 1 */
    assert_int_equal(costs.buckets[4], 16);        /* 16 to 31 */
    assert_int_equal(costs.buckets[7], 200 - 127); /* 128 to 200 */
}

static void large_costs_are_told_to_the_nanosecond(void **state)
{
    struct step steps[STEPS] = {0};
    struct history history = {.steps = {.items = steps, .count = STEPS}};
    struct costs costs;

    (void)state;
    for (size_t i = 0; i < STEPS; i++) {
        size_t rank = i * 77 % STEPS; /* each once, in no order */

        steps[i].op.kind = OP_ALLOC;
        steps[i].result.nanoseconds = rank << 24 | rank << 9 | 0x1ff;
        steps[i].result.visits = rank < 100 ? 0x10000 : 0xffff; /* which differ in each digit */
    }
    costs = costs_measure(&history);
    assert_int_equal(costs.nanoseconds.p50, 99 << 24 | 99 << 9 | 0x1ff);
    assert_int_equal(costs.nanoseconds.p99, (uint64_t)197 << 24 | 197 << 9 | 0x1ff);
    assert_int_equal(costs.nanoseconds.max, (uint64_t)199 << 24 | 199 << 9 | 0x1ff);
    assert_int_equal(costs.visits.p50, 0xffff);
    assert_int_equal(costs.visits.p99, 0x10000);
}

static void of_traced_steps_nobody_knows_what_they_looked_at(void **state)
{
    struct traced *traced = traced_create();
    struct step typed = {.op.kind = OP_ALLOC, .result = {.nanoseconds = 20, .visits = 5}};
    struct history history = {
        .steps = {.items = &typed, .count = 3, .traced = traced, .traced_count = 2}};
    struct costs costs;

    (void)state;
    traced_add(traced, &(struct traced_step){.kind = OP_ALLOC, .nanoseconds = 30});
    traced_add(traced, &(struct traced_step){.kind = OP_FREE, .nanoseconds = 10});
    costs = costs_measure(&history);
    assert_int_equal(costs.count, 3);
    assert_int_equal(costs.nanoseconds.p50, 20);
    assert_int_equal(costs.nanoseconds.max, 30);
    assert_false(costs.visits_are_known);
    history.steps.count = 1; /* the others are undone */
    costs = costs_measure(&history);
    assert_int_equal(costs.count, 1);
    assert_int_equal(costs.nanoseconds.max, 30);
    traced_drop(traced);
}

static void nothing_costs_nothing(void **state)
{
    struct history history = {0};
    struct costs costs = costs_measure(&history);

    (void)state;
    assert_int_equal(costs.count, 0);
    assert_int_equal(costs.nanoseconds.max, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_those_of_all_calls),
        cmocka_unit_test(large_costs_are_told_to_the_nanosecond),
        cmocka_unit_test(of_traced_steps_nobody_knows_what_they_looked_at),
        cmocka_unit_test(nothing_costs_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
