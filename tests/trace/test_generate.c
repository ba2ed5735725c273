/* test_generate.c: generated traces are valid, the same each time, and have the shape they say. */
#include "trace/generate.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

static const char *traces; /* the folder of small ones */

static struct trace generated(const char *specification)
{
    struct trace trace;
    struct error error;

    if (!trace_generate(specification, &trace, &error))
        fail_msg("%s: %s", specification, error.text);
    return trace;
}

static bool same(const struct trace *a, const struct trace *b)
{
    return a->op_count == b->op_count &&
           memcmp(a->ops, b->ops, a->op_count * sizeof a->ops[0]) == 0;
}

static void a_specification_makes_one_trace(void **state)
{
    (void)state;
    for (unsigned i = 0; trace_generator(i); i++) {
        char with_seed[64], without_seed[64];
        struct trace first, second;

        snprintf(without_seed, sizeof without_seed, "%s:40", trace_generator(i)->name);
        snprintf(with_seed, sizeof with_seed, "%s:40:1", trace_generator(i)->name);
        first = generated(without_seed);
        second = generated(with_seed);
        assert_true(same(&first, &second));
        assert_string_equal(first.name, without_seed);
        trace_finish(&first);
        trace_finish(&second);
    }
}

static void another_seed_makes_another_trace(void **state)
{
    struct trace first = generated("replace:100:1"), second = generated("replace:100:2");

    (void)state;
    assert_false(same(&first, &second));
    trace_finish(&first);
    trace_finish(&second);
}

static void everything_is_freed(void **state)
{
    (void)state;
    for (unsigned i = 0; trace_generator(i); i++) {
        struct trace trace = generated(trace_generator(i)->name);

        assert_int_equal(trace.live, 0);
        assert_true(trace.peak_live > 0);
        assert_int_equal(trace.kind_counts[TRACE_ALLOCATE], trace.kind_counts[TRACE_FREE]);
        trace_finish(&trace);
    }
}

/* The committed traces are what the program writes: nothing in a generator changed unnoticed. */
static void small_traces_are_generated(void **state)
{
    static const char *const specifications[] = {
        "compiler:5", "binary:20",      "coalescing:20", "random:50", "growth:50",
        "nodes:200",  "strings:100",    "replace:50",    "phases:40", "buffers:60",
        "search:40",  "interpreter:30", "browser:1",     "server:60"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(specifications); i++) {
        struct trace trace = generated(specifications[i]), file;
        struct error error;
        char path[4096];

        snprintf(path, sizeof path, "%s/%.*s.rep", traces, (int)strcspn(specifications[i], ":"),
                 specifications[i]);
        if (!trace_read(path, false, &file, &error))
            fail_msg("%s", error.text);
        assert_true(same(&trace, &file));
        trace_finish(&trace);
        trace_finish(&file);
    }
}

static void shapes_are_what_they_say(void **state)
{
    struct trace trace = generated("binary:10");

    (void)state;
    assert_int_equal(trace.ops[0].size, 64);
    assert_int_equal(trace.ops[1].size, 448);
    assert_int_equal(trace.peak_live, 10 * (64 + 512));
    trace_finish(&trace);
    trace = generated("coalescing:3");
    assert_int_equal(trace.op_count, 18);
    assert_int_equal(trace.peak_live, 2 * 4095);
    trace_finish(&trace);
    trace = generated("replace:100");
    assert_int_equal(trace.kind_counts[TRACE_ALLOCATE], 500);
    for (size_t i = 0; i < trace.op_count; i++)
        assert_true(trace.ops[i].kind == TRACE_FREE ||
                    (trace.ops[i].size >= 16 && trace.ops[i].size <= 4096));
    trace_finish(&trace);
    trace = generated("growth:10");
    assert_int_equal(trace.kind_counts[TRACE_REALLOCATE], 10);
    trace_finish(&trace);
}

static void what_is_no_specification_is_refused(void **state)
{
    static const struct {
        const char *specification, *message;
    } rows[] = {
        {"", "there is no generator ''; there are compiler, binary"},
        {"binry", "did you mean 'binary'?"},
        {"binary:", "'' is not a number"},
        {"binary:x", "'x' is not a number"},
        {"binary:0", "binary: N, the number of pairs, can be from 1 to 10000000"},
        {"binary:10000001", "can be from 1 to 10000000"},
        {"binary:99999999999999999999", "is too large"},
        {"binary:1:x", "'x' is not a number"},
        {"binary:1:2:3", "':3' is too much"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct trace trace = {.op_count = 77};
        struct error error = {0};

        assert_false(trace_generate(rows[i].specification, &trace, &error));
        assert_int_equal(trace.op_count, 77);
        if (!strstr(error.text, rows[i].message))
            fail_msg("'%s' is refused with: %s", rows[i].specification, error.text);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_specification_makes_one_trace),
        cmocka_unit_test(another_seed_makes_another_trace),
        cmocka_unit_test(everything_is_freed),
        cmocka_unit_test(small_traces_are_generated),
        cmocka_unit_test(shapes_are_what_they_say),
        cmocka_unit_test(what_is_no_specification_is_refused),
    };

    if (count != 2)
        return 2;
    traces = arguments[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
