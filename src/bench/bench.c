/* bench.c: see bench.h. Goes through traces and allocators, and collects the results. */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "bench/loader.h"
#include "bench/options.h"
#include "bench/peer.h"
#include "bench/progress.h"
#include "bench/report_json.h"
#include "bench/report_table.h"

enum { GOOD = 0, FAILED = 1, USAGE = 2 };

struct bench {
    const struct bench_options *options;
    struct loaded_trace *traces; /* of the options' sources */
    size_t trace_count;
    struct bench_peer *peers; /* the C library first */
    size_t peer_count;
    struct bench_results results;
};

static int failed(int status, const struct error *error)
{
    fprintf(stderr, "heapglass bench: %s\n", error->text);
    return status;
}

/* ---- What is to be measured ---- */

/* Load all traces and find all peers. */
static bool bench_init(struct bench *bench, const struct bench_options *options,
                       struct error *error)
{
    *bench = (struct bench){.options = options};
    bench->traces = memory_create(options->source_count, sizeof bench->traces[0]);
    bench->peers = memory_create(options->peer_count + 1, sizeof bench->peers[0]);
    if (!options->process_only)
        bench->peers[bench->peer_count++] = bench_peer_c_library();
    for (size_t i = 0; i < options->peer_count; i++, bench->peer_count++) {
        if (!bench_peer_find(options->peers[i], &bench->peers[bench->peer_count], error))
            return false;
    }
    for (size_t i = 0; i < options->source_count; i++, bench->trace_count++) {
        if (!loader_load(&options->sources[i], options->lenient, &bench->traces[i], error))
            return false;
    }
    bench->results.traces = bench->trace_count;
    bench->results.allocators =
        options->process_only ? 1 : options->config_count + bench->peer_count;
    bench->results.items = memory_create(bench->results.traces * bench->results.allocators,
                                         sizeof bench->results.items[0]);
    bench->results.memory = options->replay.memory;
    return true;
}

static void bench_finish(struct bench *bench)
{
    for (size_t i = 0; i < bench->trace_count; i++)
        loader_unload(&bench->traces[i]);
    for (size_t i = 0; i < bench->peer_count; i++)
        bench_peer_finish(&bench->peers[i]);
    free(bench->traces);
    free(bench->peers);
    bench_results_finish(&bench->results);
}

/* ---- Measuring ---- */

static const char *allocator_name(const struct bench *bench, size_t allocator)
{
    size_t policies = bench->options->config_count;

    if (bench->options->process_only)
        return "malloc";
    return allocator < policies ? bench->options->configs[allocator].policy
                                : bench->peers[allocator - policies].name;
}

static bool measure_policy(const struct hg_config *config, const struct trace *trace,
                           const struct replay_options *options, struct bench_result *result,
                           struct error *error)
{
    struct bench_allocator *allocator = policy_allocator_create(config, error);

    if (!allocator)
        return false;
    replay_measure(allocator, trace, options, result);
    policy_allocator_destroy(allocator);
    return true;
}

static void measure_process(const struct trace *trace, const struct replay_options *options,
                            struct bench_result *result)
{
    struct bench_allocator *allocator = process_allocator_create();

    replay_measure(allocator, trace, options, result);
    process_allocator_destroy(allocator);
}

/* Measure one allocator on one trace.
 *   replay  the options', with a tick
 *   errors  it could not be measured at all; that it does not serve the trace is a result */
static bool measure(const struct bench *bench, const struct replay_options *replay, size_t trace,
                    size_t allocator, struct bench_result *result, struct error *error)
{
    const struct bench_options *options = bench->options;
    size_t policies = options->config_count;
    bool good = true;

    if (options->process_only)
        measure_process(&bench->traces[trace].trace, replay, result);
    else if (allocator < policies)
        good = measure_policy(&options->configs[allocator], &bench->traces[trace].trace, replay,
                              result, error);
    else
        good = bench_peer_measure(&bench->peers[allocator - policies], &options->sources[trace],
                                  options, result, error);
    result->trace = memory_copy_string(bench->traces[trace].trace.name);
    result->allocator = memory_copy_string(allocator_name(bench, allocator));
    return good;
}

static bool measure_all(struct bench *bench, struct error *error)
{
    struct bench_results *results = &bench->results;
    size_t total = results->traces * results->allocators;
    struct progress progress = progress_begin(!bench->options->process_only, total);
    struct replay_options replay = bench->options->replay;
    bool good = true;

    replay.tick = progress_tick;
    replay.tick_context = &progress;
    for (size_t i = 0; good && i < total; i++) {
        size_t trace = i / results->allocators, allocator = i % results->allocators;

        progress_next(&progress, bench->traces[trace].trace.name, allocator_name(bench, allocator));
        good = measure(bench, &replay, trace, allocator, &results->items[i], error);
    }
    progress_end(&progress);
    return good;
}

/* Print the results. Damage is a failure; a refusal is not. */
static int report(const struct bench *bench)
{
    struct error error;
    int status = GOOD;

    if (bench->options->json)
        bench_json_write(stdout, &bench->results);
    else
        bench_table_write(stdout, &bench->results);
    for (size_t i = 0; i < bench->results.traces * bench->results.allocators; i++) {
        if (bench->results.items[i].damaged)
            status = FAILED;
    }
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    error_set_errno(&error, "standard output");
    return failed(FAILED, &error);
}

int bench_command(int count, char **arguments)
{
    struct bench_options options;
    struct bench bench;
    struct error error;
    bool done = false;
    int status = USAGE;

    if (!bench_options_read(count, arguments, &options, &done) || done) {
        bench_options_finish(&options);
        return done ? GOOD : USAGE;
    }
    if (!bench_init(&bench, &options, &error))
        failed(USAGE, &error);
    else if (!measure_all(&bench, &error))
        status = failed(FAILED, &error);
    else
        status = report(&bench);
    bench_finish(&bench);
    bench_options_finish(&options);
    return status;
}
