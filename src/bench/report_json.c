/* report_json.c: see report_json.h. */
#include "bench/report_json.h"

#include <jansson.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "kind/c_library.h"

/* ---- Writing ---- */

/* `value` in a row that is served, else null. */
static json_t *if_served(const struct bench_result *result, json_t *value)
{
    if (result->served)
        return value;
    json_decref(value);
    return json_null();
}

static json_t *latency_object(const struct bench_result *result)
{
    json_t *object;

    if (!result->has_latency)
        return json_null();
    object = json_object();
    for (size_t i = 0; i < BENCH_PERCENTILES; i++)
        json_object_set_new(object, bench_percentile_names[i], json_real(result->latency_ns[i]));
    return object;
}

static json_t *row_object(const struct bench_result *result)
{
    return json_pack("{s:s, s:s, s:b, s:s?, s:I, s:I, s:o, s:s, s:o, s:i, s:o, s:o, s:o}", "trace",
                     result->trace, "allocator", result->allocator, "served", result->served,
                     "reason", result->served ? NULL : result->reason.text, "operations",
                     (json_int_t)result->operations, "peak_live", (json_int_t)result->peak_live,
                     "peak_heap", if_served(result, json_integer((json_int_t)result->peak_heap)),
                     "heap_measure", bench_measures[result->measure].name, "utilization",
                     if_served(result, json_real(bench_utilization_ratio(result))), "runs",
                     (int)result->runs, "seconds",
                     if_served(result, json_real((double)result->best_ns / 1e9)), "mops",
                     if_served(result, json_real(bench_throughput_mops(result))), "malloc_ns",
                     latency_object(result));
}

static json_t *means_array(const struct bench_results *results)
{
    json_t *array = json_array();

    for (size_t i = 0; i < results->allocators; i++) {
        struct bench_mean mean = bench_mean_of(results, i);

        json_array_append_new(array, json_pack("{s:s, s:I, s:f, s:f}", "allocator",
                                               results->items[i].allocator, "traces",
                                               (json_int_t)mean.traces, "utilization",
                                               mean.utilization, "mops", mean.mops));
    }
    return array;
}

void bench_json_write(FILE *output, const struct bench_results *results)
{
    json_t *rows = json_array(), *object;
    struct text library = {0};

    utf8_add_visible_line(&library, c_library_malloc_file()); /* JSON is UTF-8 */
    for (size_t i = 0; i < results->traces * results->allocators; i++)
        json_array_append_new(rows, row_object(&results->items[i]));
    object =
        json_pack("{s:s, s:s, s:o, s:o}", "memory", bench_memories[results->memory].name, "malloc",
                  text_string(&library), "rows", rows, "means", means_array(results));
    json_dumpf(object, output, JSON_COMPACT);
    fputc('\n', output);
    json_decref(object);
    text_finish(&library);
}

/* ---- Reading ---- */

static enum bench_heap_measure measure_named(const char *name)
{
    unsigned measure = 0;

    while (measure < BENCH_MEASURES - 1 && strcmp(bench_measures[measure].name, name) != 0)
        measure++;
    return measure;
}

static void read_latency(const json_t *row, struct bench_result *result)
{
    const json_t *object = json_object_get(row, "malloc_ns");

    result->has_latency = json_is_object(object);
    for (size_t i = 0; i < BENCH_PERCENTILES; i++)
        result->latency_ns[i] =
            json_number_value(json_object_get(object, bench_percentile_names[i]));
}

static bool read_row(json_t *row, struct bench_result *result)
{
    const char *reason = json_string_value(json_object_get(row, "reason")), *measure;
    json_int_t operations, peak_live;
    json_t *peak_heap, *seconds;
    int served, runs;

    if (json_unpack(row, "{s:b, s:I, s:I, s:o, s:s, s:i, s:o}", "served", &served, "operations",
                    &operations, "peak_live", &peak_live, "peak_heap", &peak_heap, "heap_measure",
                    &measure, "runs", &runs, "seconds", &seconds) != 0)
        return false;
    *result = (struct bench_result){
        .served = served,
        .operations = (size_t)operations,
        .peak_live = (uint64_t)peak_live,
        .peak_heap = (uint64_t)json_integer_value(peak_heap),
        .measure = measure_named(measure),
        .runs = (unsigned)runs,
        .best_ns = (uint64_t)(json_number_value(seconds) * 1e9 + 0.5),
    };
    if (reason)
        error_set(&result->reason, "%s", reason);
    read_latency(row, result);
    return true;
}

bool bench_json_read(const char *text, struct bench_result *ret_result, char **ret_library,
                     struct error *error)
{
    json_t *object = json_loads(text, 0, NULL);
    const char *library = json_string_value(json_object_get(object, "malloc"));
    json_t *row = json_array_get(json_object_get(object, "rows"), 0);
    bool good = library && row && read_row(row, ret_result);

    if (good)
        *ret_library = memory_copy_string(library);
    json_decref(object);
    return good || error_set(error, "a peer's process answers what is no result");
}
