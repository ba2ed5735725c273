/* bench.c: see bench.h. Goes through traces and allocators, and collects the results. */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status_line.h"
#include "base/tell.h"
#include "base/text.h"
#include "base/utf8.h"
#include "bench/loader.h"
#include "bench/options.h"
#include "bench/peer.h"
#include "bench/report_json.h"
#include "bench/report_table.h"

enum { GOOD = 0, FAILED = 1, USAGE = 2 };

/* A trace that is to be measured, or why it cannot be. */
struct bench_trace {
    struct loaded_trace loaded;
    char *name;         /* as it may be shown */
    struct error error; /* ERROR_NONE if it is loaded */
};

struct bench {
    const struct bench_options *options;
    struct bench_trace *traces; /* of the options' sources */
    struct bench_peer *peers;   /* the C library first */
    size_t peer_count;
    struct bench_results results;
};

/* Something that comes from a file or its name, in a form that can be shown. */
static char *visible(const char *string)
{
    struct text text = {0};

    utf8_add_visible_line(&text, string);
    return text.data ? text.data : memory_copy_string("");
}

/* ---- What is to be measured ---- */

static bool is_input(const struct bench_source *source)
{
    return !source->is_generated && strcmp(source->argument, "-") == 0;
}

/* Load a trace; say at once why it cannot be, since the others take their time.
 *   input  why there is no standard input, if that is so */
static void load(struct bench_trace *trace, const struct bench_source *source, bool lenient,
                 const struct error *input)
{
    char *name;

    if (is_input(source) && input->kind != ERROR_NONE)
        trace->error = *input;
    else if (loader_load(source, lenient, &trace->loaded, &trace->error))
        trace->error.kind = ERROR_NONE;
    if (trace->error.kind != ERROR_NONE)
        tell(stderr, "heapglass bench: %s", trace->error.text);
    name = source->is_generated
               ? memory_copy_string(source->argument)
               : trace_short_name(is_input(source) ? "standard input" : source->argument);
    trace->name = visible(name);
    free(name);
}

static void load_all(struct bench *bench)
{
    const struct bench_options *options = bench->options;
    struct error input = {0};
    bool wants_input = false;

    for (size_t i = 0; i < options->source_count; i++)
        wants_input |= is_input(&options->sources[i]);
    if (wants_input)
        loader_keep_input(&input);
    for (size_t i = 0; i < options->source_count; i++)
        load(&bench->traces[i], &options->sources[i], options->lenient, &input);
}

/* Load all traces and find all peers.
 *   errors  there is no such peer; what is wrong with a trace is no error here */
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
    load_all(bench);
    bench->results.traces = options->source_count;
    bench->results.allocators =
        options->process_only ? 1 : options->config_count + bench->peer_count;
    bench->results.items = memory_create(bench->results.traces * bench->results.allocators,
                                         sizeof bench->results.items[0]);
    bench->results.memory = options->replay.memory;
    return true;
}

static void bench_finish(struct bench *bench)
{
    for (size_t i = 0; i < bench->options->source_count; i++) {
        loader_unload(&bench->traces[i].loaded);
        free(bench->traces[i].name);
    }
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

/* Measure one allocator on one trace that is there.
 *   replay  the options', with a tick
 *   errors  it could not be measured at all; that it does not serve the trace is a result */
static bool measure_loaded(const struct bench *bench, const struct replay_options *replay,
                           size_t trace, size_t allocator, struct bench_result *result,
                           struct error *error)
{
    const struct bench_options *options = bench->options;
    const struct trace *loaded = &bench->traces[trace].loaded.trace;
    size_t policies = options->config_count;

    if (!options->process_only && allocator >= policies)
        return bench_peer_measure(&bench->peers[allocator - policies], &options->sources[trace],
                                  options, result, error);
    if (!options->process_only)
        return measure_policy(&options->configs[allocator], loaded, replay, result, error);
    measure_process(loaded, replay, result);
    return true;
}

/* Fill the result of one allocator on one trace. */
static void measure(const struct bench *bench, const struct replay_options *replay, size_t trace,
                    size_t allocator, struct bench_result *result)
{
    struct error error = bench->traces[trace].error;
    char *reason;

    result->no_trace = error.kind != ERROR_NONE;
    if (result->no_trace) {
        result->reason = error;
    } else if (!measure_loaded(bench, replay, trace, allocator, result, &error)) {
        result->failed = true;
        result->reason = error;
    }
    reason = visible(result->reason.text);
    snprintf(result->reason.text, sizeof result->reason.text, "%s", reason);
    free(reason);
    result->trace = memory_copy_string(bench->traces[trace].name);
    result->allocator = visible(allocator_name(bench, allocator));
}

static void measure_all(struct bench *bench)
{
    struct bench_results *results = &bench->results;
    size_t total = results->traces * results->allocators;
    struct status_line line = status_line_begin(!bench->options->process_only, total);
    struct replay_options replay = bench->options->replay;

    replay.progress = status_line_progress(&line);
    for (size_t i = 0; i < total; i++) {
        size_t trace = i / results->allocators, allocator = i % results->allocators;

        status_line_next(&line, allocator_name(bench, allocator), bench->traces[trace].name);
        measure(bench, &replay, trace, allocator, &results->items[i]);
    }
    status_line_end(&line);
}

/* Print the results. That a trace is not there counts for most; damage, or that something could not
 * be measured, is a failure; a refusal is none. */
static int report(const struct bench *bench)
{
    const struct bench_results *results = &bench->results;
    int status = GOOD;

    if (bench->options->json)
        bench_json_write(stdout, results);
    else if (bench_measured_traces(results) > 0)
        bench_table_write(stdout, results);
    for (size_t i = 0; i < results->traces * results->allocators; i++) {
        const struct bench_result *result = &results->items[i];

        if (result->no_trace)
            status = USAGE;
        else if (status == GOOD && (result->damaged || result->failed))
            status = FAILED;
    }
    return status;
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
    if (bench_init(&bench, &options, &error)) {
        measure_all(&bench);
        status = report(&bench);
    } else {
        tell(stderr, "heapglass bench: %s", error.text);
    }
    bench_finish(&bench);
    bench_options_finish(&options);
    return status;
}
