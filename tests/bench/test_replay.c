/* test_replay.c: what the bench measures, against figures worked by hand and an allocator that is
 * wrong on purpose. */
#include "bench/replay.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/region.h"
#include "test.h"

static const char *traces; /* the folder of small ones */

static const struct replay_options once = {.runs = 1};

static struct trace parsed(const char *text)
{
    struct trace trace;
    struct error error;

    if (!trace_parse("t", text, strlen(text), true, &trace, &error))
        fail_msg("%s", error.text);
    return trace;
}

static struct bench_result measured(const struct hg_config *config, const struct trace *trace,
                                    const struct replay_options *options)
{
    struct bench_result result = {0};
    struct error error;
    struct bench_allocator *allocator = policy_allocator_create(config, &error);

    if (!allocator)
        fail_msg("%s", error.text);
    replay_measure(allocator, trace, options, &result);
    policy_allocator_destroy(allocator);
    return result;
}

/* The state and the end are below 1096 bytes. The default growth is by whole 4096 bytes. */
static void utilization_is_peak_over_peak(void **state)
{
    static const struct {
        const char *text;
        uint64_t peak_live, peak_heap;
    } rows[] = {
        /* blocks of 1008 and 2016 bytes; then 500 bytes into the first hole */
        {"1 3 6 1 a 0 1000 a 1 2000 f 0 a 2 500 f 1 f 2", 3000, 4096},
        /* a block of 4016 bytes does not fit beside the state */
        {"1 1 2 1 a 0 4000 f 0", 4000, 8192},
        /* it is the peak that counts, not what comes after */
        {"1 2 4 1 a 0 10000 f 0 a 1 1 f 1", 10000, 12288},
        /* what is never freed counts, too */
        {"1 1 1 1 a 0 100", 100, 4096},
    };
    struct hg_config config = hg_config_default("first-fit");

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct trace trace = parsed(rows[i].text);
        struct bench_result result = measured(&config, &trace, &once);

        if (!result.served)
            fail_msg("%s", result.reason.text);
        assert_int_equal(result.peak_live, rows[i].peak_live);
        assert_int_equal(result.peak_heap, rows[i].peak_heap);
        assert_int_equal(result.measure, BENCH_MEASURE_BREAK);
        assert_int_equal(result.operations, trace.op_count);
        assert_int_equal(result.runs, 1);
        trace_finish(&trace);
    }
}

static void a_policy_that_cannot_serve_says_why(void **state)
{
    static const struct {
        const char *policy, *text, *reason;
    } rows[] = {
        {"pool-stack", "1 2 3 1 a 0 10 a 1 65", "operation 2: the size is larger than a slot"},
        {"first-fit", "1 1 1 1 a 0 1099511627776",
         "operation 1: no free block fits and the break cannot grow"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct hg_config config = hg_config_default(rows[i].policy);
        struct trace trace = parsed(rows[i].text);
        struct bench_result result = measured(&config, &trace, &once);

        assert_false(result.served);
        assert_false(result.damaged);
        assert_string_equal(result.reason.text, rows[i].reason);
        assert_int_equal(result.runs, 0);
        trace_finish(&trace);
    }
}

/* As preloaded: what is given back is gone, and nobody notices but by the size of the heap. */
static void linear_serves_what_frees_too(void **state)
{
    static const char *const texts[] = {
        "1 2 4 1 a 0 10 f -1 a 1 0 r 0 100",
        "1 2 4 1 a 0 100 f 0 a 1 100 f 1",
    };
    struct hg_config config = hg_config_default("linear");

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        struct trace trace = parsed(texts[i]);
        struct bench_result result = measured(&config, &trace, &once);

        assert_true(result.served);
        assert_int_equal(result.peak_live, 100);
        trace_finish(&trace);
    }
}

static void every_policy_serves_small_traces_or_says_why(void **state)
{
    struct replay_options options = {.runs = 2, .latency = true, .memory = BENCH_MEMORY_TOUCHED};
    DIR *folder = opendir(traces);
    struct dirent *entry;
    size_t served = 0;

    (void)state;
    assert_non_null(folder);
    while ((entry = readdir(folder))) {
        char path[4096];
        struct trace trace;
        struct error error;

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", traces, entry->d_name);
        if (!trace_read(path, false, &trace, &error))
            fail_msg("%s", error.text);
        for (unsigned i = 0; hg_policy(i); i++) {
            struct hg_config config = hg_config_default(hg_policy(i)->name);
            struct bench_result result = measured(&config, &trace, &options);

            if (result.damaged || (!result.served && !result.reason.text[0]))
                fail_msg("%s on %s: %s", config.policy, path, result.reason.text);
            served += result.served;
            if (!result.served)
                continue;
            assert_true(result.peak_heap >= result.peak_live);
            assert_true(result.best_ns > 0 && result.has_latency);
            assert_true(result.latency_ns[0] <= result.latency_ns[1]);
            assert_true(result.latency_ns[1] <= result.latency_ns[2]);
        }
        trace_finish(&trace);
    }
    closedir(folder);
    assert_true(served >= 40);
}

/* ---- An allocator that gives the same bytes to everyone ---- */

static char same_bytes[64];

static void *same_allocate(void *state, size_t size)
{
    (void)state;
    (void)size;
    return same_bytes;
}

static void *same_reallocate(void *state, void *payload, size_t size)
{
    (void)payload;
    return same_allocate(state, size);
}

static bool same_release(void *state, void *payload)
{
    (void)state;
    (void)payload;
    return true;
}

static bool same_begin(void *state, bool watched, void **ret_heap, struct error *error)
{
    *ret_heap = state;
    (void)watched;
    (void)error;
    return true;
}

static void same_end(void *state)
{
    (void)state;
}

static void same_look(void *state, size_t size)
{
    (void)state;
    (void)size;
}

static void same_set_memory(void *state, enum bench_memory memory)
{
    (void)state;
    (void)memory;
}

static uint64_t same_peak(void *state)
{
    (void)state;
    return sizeof same_bytes;
}

static void a_damaged_payload_is_found(void **state)
{
    static const struct kind kind = {
        .allocate = same_allocate, .resize = same_reallocate, .release = same_release};
    static const struct bench_allocator same = {
        .kind = &kind,
        .begin = same_begin,
        .end = same_end,
        .set_memory = same_set_memory,
        .look = same_look,
        .peak_heap = same_peak,
    };
    static const struct {
        const char *text, *reason;
    } rows[] = {
        {"1 1 2 1 a 0 64 r 0 32 f 0", NULL},
        {"1 2 4 1 a 0 8 a 1 8 f 1 f 0", "operation 4: the payload of id 0 was damaged"},
        {"1 2 3 1 a 0 8 a 1 1 r 0 64", "operation 3: the payload of id 0 was damaged"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct trace trace = parsed(rows[i].text);
        struct bench_result result = {0};

        replay_measure(&same, &trace, &once, &result);
        assert_int_equal(result.served, !rows[i].reason);
        assert_int_equal(result.damaged, rows[i].reason != NULL);
        if (rows[i].reason)
            assert_string_equal(result.reason.text, rows[i].reason);
        trace_finish(&trace);
    }
}

/* ---- The region ---- */

static bool is_zero(const char *bytes, size_t size)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

static void a_region_gives_bytes_in_a_row_and_zeroes_or_keeps_them(void **state)
{
    enum { PART = 10000, MANY = 5 << 20 };

    (void)state;
    for (int keeps = 0; keeps < 2; keeps++) {
        struct region region;
        struct error error;
        struct hg_os os;
        char *first;

        assert_true(region_init(&region, &error));
        region.keeps = keeps;
        os = region_os(&region);
        first = os.grow(os.context, PART);
        assert_ptr_equal(os.grow(os.context, MANY), first + PART);
        memset(first, 1, PART + MANY);
        assert_false(os.shrink(os.context, first + PART, PART)); /* not the last bytes */
        assert_true(os.shrink(os.context, first + PART + MANY, MANY + 1));
        assert_ptr_equal(os.grow(os.context, MANY), first + PART - 1);
        assert_true(is_zero(first + PART - 1, MANY) != region.keeps);
        assert_int_equal(first[PART - 2], 1);
        assert_null(os.grow(os.context, region.size));
        region_reset(&region);
        assert_ptr_equal(os.grow(os.context, MANY), first);
        assert_true(is_zero(first, PART) != region.keeps);
        region_finish(&region);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utilization_is_peak_over_peak),
        cmocka_unit_test(a_policy_that_cannot_serve_says_why),
        cmocka_unit_test(linear_serves_what_frees_too),
        cmocka_unit_test(every_policy_serves_small_traces_or_says_why),
        cmocka_unit_test(a_damaged_payload_is_found),
        cmocka_unit_test(a_region_gives_bytes_in_a_row_and_zeroes_or_keeps_them),
    };

    if (count != 2)
        return 2;
    traces = arguments[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
