/* test_report.c: results as a table that lines up, and as JSON that reads back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report_json.h"
#include "bench/report_table.h"
#include "test.h"

static char one[] = "one", other[] = "another", first[] = "first-fit", libc_name[] = "libc";

/* Two traces, two allocators; the second serves only one. */
static struct bench_result items[] = {
    {.trace = one,
     .allocator = first,
     .served = true,
     .operations = 1000,
     .peak_live = 500,
     .peak_heap = 1000,
     .measure = BENCH_MEASURE_BREAK,
     .runs = 3,
     .best_ns = 10000},
    {.trace = one,
     .allocator = libc_name,
     .served = true,
     .operations = 1000,
     .peak_live = 500,
     .peak_heap = 2000,
     .measure = BENCH_MEASURE_MALLINFO,
     .runs = 3,
     .best_ns = 5000},
    {.trace = other,
     .allocator = first,
     .served = true,
     .operations = 1000,
     .peak_live = 900,
     .peak_heap = 1000,
     .measure = BENCH_MEASURE_BREAK,
     .runs = 3,
     .best_ns = 30000},
    {.trace = other,
     .allocator = libc_name,
     .served = false,
     .operations = 1000,
     .peak_live = 900,
     .reason = {.text = "operation 7: no \"more\""}},
};

static const struct bench_results results = {.items = items, .traces = 2, .allocators = 2};

static void the_table_lines_up(void **state)
{
    static const char expected[] =
        "trace    allocator   util %      Mops \n"
        "one      first-fit     50.0*   100.00 \n"
        "one      libc          25.0    200.00*\n"
        "\n"
        "another  first-fit     90.0     33.33 \n"
        "another  libc       operation 7: no \"more\"\n"
        "\n"
        "mean     first-fit     70.0     50.00 \n"
        "mean     libc       served 1 of 2 traces\n"
        "\n"
        "util %: peak of live bytes / peak of the heap\n"
        "        break     from the heap's start to its break\n"
        "        mallinfo2 arena + hblkhd, less what was in use before\n"
        "Mops:   million operations a second, in the best of 3 runs,\n"
        "        a policy's on memory that was touched before, others as they come\n"
        "*:      the best\n";
    char *text = NULL;
    size_t size;
    FILE *output = open_memstream(&text, &size);

    (void)state;
    bench_table_write(output, &results);
    fclose(output);
    assert_string_equal(text, expected);
    free(text);
}

/* The mean of utilization is that of the ratios, the mean of throughput all work by all time. */
static void means_are_made_as_said(void **state)
{
    struct bench_mean mean = bench_mean_of(&results, 0);

    (void)state;
    assert_int_equal(mean.traces, 2);
    assert_true(mean.utilization > 0.6999 && mean.utilization < 0.7001);
    assert_true(mean.mops > 49.999 && mean.mops < 50.001);
    mean = bench_mean_of(&results, 1);
    assert_int_equal(mean.traces, 1);
}

static void json_reads_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(items); i++) {
        struct bench_results single = {.items = &items[i], .traces = 1, .allocators = 1};
        struct bench_result again = {0};
        struct error error;
        char *text = NULL, *library = NULL;
        size_t size;
        FILE *output = open_memstream(&text, &size);

        bench_json_write(output, &single);
        fclose(output);
        if (!bench_json_read(text, &again, &library, &error))
            fail_msg("%s: %s", error.text, text);
        assert_int_equal(again.served, items[i].served);
        assert_string_equal(again.reason.text, items[i].reason.text);
        assert_int_equal(again.operations, items[i].operations);
        assert_int_equal(again.peak_live, items[i].peak_live);
        assert_int_equal(again.peak_heap, items[i].peak_heap);
        assert_int_equal(again.measure, items[i].measure);
        assert_int_equal(again.best_ns, items[i].best_ns);
        assert_non_null(library);
        free(library);
        free(text);
    }
}

static void what_is_no_result_is_refused(void **state)
{
    static const char *const texts[] = {"",
                                        "x",
                                        "{}",
                                        "{\"malloc\":\"x\",\"rows\":[]}",
                                        "{\"malloc\":\"x\",\"rows\":[{\"served\":1}]}",
                                        "[1"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        struct bench_result result;
        struct error error;
        char *library;

        assert_false(bench_json_read(texts[i], &result, &library, &error));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_lines_up),
        cmocka_unit_test(means_are_made_as_said),
        cmocka_unit_test(json_reads_back),
        cmocka_unit_test(what_is_no_result_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
