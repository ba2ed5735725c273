/* result.c: see result.h. */
#include "bench/result.h"

#include <stdlib.h>

const double bench_percentiles[BENCH_PERCENTILES] = {50, 99, 99.9};
const char *const bench_percentile_names[BENCH_PERCENTILES] = {"p50", "p99", "p99.9"};

#define X(constant, name, meaning) {name, meaning},
const struct bench_word bench_measures[BENCH_MEASURES] = {BENCH_HEAP_MEASURES(X)};
const struct bench_word bench_memories[BENCH_MEMORY_COUNT] = {BENCH_MEMORIES(X)};
#undef X

static void finish(struct bench_result *result)
{
    free(result->trace);
    free(result->allocator);
    result->trace = result->allocator = NULL;
}

void bench_results_finish(struct bench_results *results)
{
    for (size_t i = 0; i < results->traces * results->allocators; i++)
        finish(&results->items[i]);
    free(results->items);
    *results = (struct bench_results){0};
}

double bench_utilization_ratio(const struct bench_result *result)
{
    return result->peak_heap ? (double)result->peak_live / (double)result->peak_heap : 0;
}

/* Operations per microsecond. */
static double mops(double operations, double nanoseconds)
{
    return nanoseconds > 0 ? operations * 1e3 / nanoseconds : 0;
}

double bench_throughput_mops(const struct bench_result *result)
{
    return mops((double)result->operations, (double)result->best_ns);
}

size_t bench_measured_traces(const struct bench_results *results)
{
    size_t measured = 0;

    for (size_t trace = 0; trace < results->traces; trace++)
        measured += !results->items[trace * results->allocators].no_trace;
    return measured;
}

struct bench_mean bench_mean_of(const struct bench_results *results, size_t allocator)
{
    struct bench_mean mean = {0};
    double operations = 0, nanoseconds = 0;

    for (size_t trace = 0; trace < results->traces; trace++) {
        const struct bench_result *result =
            &results->items[trace * results->allocators + allocator];

        if (!result->served)
            continue;
        mean.traces++;
        mean.utilization += bench_utilization_ratio(result);
        operations += (double)result->operations;
        nanoseconds += (double)result->best_ns;
    }
    if (mean.traces > 0)
        mean.utilization /= (double)mean.traces;
    mean.mops = mops(operations, nanoseconds);
    return mean;
}
