/* options.c: see options.h. */
#include "bench/options.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/option.h"
#include "base/size.h"
#include "base/tell.h"
#include "kind/kind.h"
#include "settings/settings.h"
#include "trace/generate.h"

enum { INITIAL_RUNS = 5, MOST_RUNS = 100000 };

/* What was said, before it is known which policies it is about. */
struct wishes {
    const char **policies, **settings; /* names; KEY=VALUE */
    size_t policy_count, setting_count;
};

static void print_help(void)
{
    fputs(
        "usage: heapglass bench [OPTION]... [TRACE]...\n"
        "\n"
        "Replay traces of allocations (.rep files) on the policies and on the C library's malloc,\n"
        "and compare. Without a TRACE, traces are generated: one of each kind. TRACE '-' is\n"
        "standard input. A trace that cannot be read keeps no other from being measured.\n"
        "\n"
        "  -p, --policy NAME        measure this policy; again for more; else all are measured\n"
        "  -s, --set KEY=VALUE      a setting, for those policies that have it\n"
        "      --peer NAME          measure also mimalloc, jemalloc or tcmalloc, preloaded; or "
        "the\n"
        "                           library with this path; again for more\n"
        "  -g, --generate SPEC      measure a generated trace, NAME[:N[:SEED]]; again for more;\n"
        "                           'heapglass trace generate --help' lists them\n"
        "  -n, --runs N             time N runs (5); the best counts\n"
        "      --latency            time each malloc, too: p50, p99 and p99.9 of its nanoseconds,\n"
        "                           the best of N more runs, less what reading the clock takes\n"
        "      --pre-touch          make the C library keep its memory between runs, as policies\n"
        "                           do, so that nobody's times include page faults\n"
        "      --fresh              give memory back between runs, so that everybody's times\n"
        "                           include growth and page faults; a preloaded peer keeps\n"
        "                           memory as it likes\n"
        "      --lenient            leave out of traces what cannot be read, and take headers\n"
        "                           that are wrong or short\n"
        "      --malloc             measure only the malloc of this process, which LD_PRELOAD may\n"
        "                           have replaced\n"
        "      --json               one JSON object, for programs\n"
        "  -h, --help               print this help\n"
        "\n"
        "util %  peak of live bytes asked for / peak of the heap, in a run of its own that is not\n"
        "        timed and in which every payload is filled and verified. The heap: of a policy,\n"
        "        from its start to its break; of the C library, mallinfo2's arena + hblkhd, less\n"
        "        what was in use before; of a preloaded peer, the process's resident memory, less\n"
        "        what it was before.\n"
        "Mops    million operations a second, in the best run; payloads are not touched, and "
        "every\n"
        "        allocator is called through the same pointers. Each run begins with an empty "
        "heap:\n"
        "        a policy's on memory that a run before has touched, as in the malloc lab, from\n"
        "        8 MiB on in huge pages, as if it were preloaded; the C library and each peer, in\n"
        "        a process of their own for each trace, keep or give back what they like.\n"
        "mean    of util %: the mean over the traces; of Mops: all operations / all best times.\n"
        "\n"
        "Exit status: 0 all is well; 1 a payload was damaged, a peer failed, or the output could\n"
        "not be written; 2 wrong usage, a trace that cannot be read or needs more memory than\n"
        "there is, or a peer that is not installed.\n",
        stdout);
}

/* Give KEY=VALUE to those of the policies that have the setting. */
static bool set(struct bench_options *options, const char *argument, struct error *error)
{
    char key[SETTING_KEY_MAX];
    const char *value = setting_cut_pair(argument, key, error);
    unsigned setting = value ? setting_find(key) : KIND_SETTINGS;
    bool good = true, found = false;

    if (!value)
        return false;
    if (setting == KIND_SETTINGS)
        return setting_unknown(key, error);
    for (size_t i = 0; good && i < options->config_count; i++) {
        if (setting >= HG_SETTING_COUNT || !setting_matters(&options->configs[i], setting))
            continue; /* those of other kinds of heap are not heeded here */
        found = true;
        good = setting_set(&options->configs[i], key, value, error);
    }
    if (good && !found)
        return error_set(error, "none of these policies has the setting '%s'", key);
    return good;
}

/* What keeps heaps of this kind from being measured: they must share a process with others and with
 * the bench, and do all that traces ask for. NULL for nothing. */
static const char *find_obstacle(const struct kind *kind)
{
    uint32_t capabilities = kind_capabilities(kind);

    if (!(capabilities & KIND_PLACED))
        return "needs a process of its own, and is not measured; the C library's malloc is, as "
               "'libc'";
    if (!(capabilities & KIND_ACTS) || !(capabilities & KIND_RESIZES))
        return "cannot allocate, resize and free, and is not measured";
    return NULL;
}

static bool add_policy(struct bench_options *options, const char *name, struct error *error)
{
    struct hg_config config = hg_config_default(kind_policy(0, NULL)->name);
    const char *obstacle;

    if (!setting_set_policy(&config, name, error))
        return false;
    obstacle = find_obstacle(kind_of_policy(config.policy));
    if (obstacle)
        return error_set(error, "policy '%s' %s", name, obstacle);
    options->configs[options->config_count++] = hg_config_default(config.policy);
    return true;
}

static void add_all_policies(struct bench_options *options)
{
    const struct hg_policy_info *policy;
    const struct kind *kind;

    for (unsigned number = 0; (policy = kind_policy(number, &kind)); number++) {
        if (!find_obstacle(kind))
            options->configs[options->config_count++] = hg_config_default(policy->name);
    }
}

/* Fill the options' configs as wished. */
static bool choose_policies(struct bench_options *options, const struct wishes *wishes,
                            struct error *error)
{
    size_t all = 0;

    while (kind_policy((unsigned)all, NULL))
        all++;
    options->configs = memory_create(all + wishes->policy_count, sizeof options->configs[0]);
    for (size_t i = 0; i < wishes->policy_count; i++) {
        if (!add_policy(options, wishes->policies[i], error))
            return false;
    }
    if (wishes->policy_count == 0 && !options->process_only)
        add_all_policies(options);
    for (size_t i = 0; i < wishes->setting_count; i++) {
        if (!set(options, wishes->settings[i], error))
            return false;
    }
    for (size_t i = 0; i < options->config_count; i++) {
        if (!setting_check(&options->configs[i], error))
            return false;
    }
    return true;
}

/* ---- The command line ---- */

/* All that the options are read into. */
struct request {
    struct bench_options options;
    struct wishes wishes;
};

static void add_source(struct bench_options *options, const char *argument, bool is_generated)
{
    options->sources[options->source_count++] =
        (struct bench_source){.argument = argument, .is_generated = is_generated};
}

/* Traces come as they stand among the options. */
static bool take_trace(void *whole, const char *word)
{
    struct request *request = whole;

    add_source(&request->options, word, false);
    return true;
}

#define OPTION(name) static bool take_##name(void *whole, const char *argument, struct error *error)

/* An option that comes down to a statement on the request. */
#define OPTION_DOES(name, statement)                                                               \
    OPTION(name)                                                                                   \
    {                                                                                              \
        struct request *request = whole;                                                           \
                                                                                                   \
        (void)argument;                                                                            \
        (void)error;                                                                               \
        statement;                                                                                 \
        return true;                                                                               \
    }

OPTION_DOES(generate, add_source(&request->options, argument, true))
OPTION_DOES(policy, request->wishes.policies[request->wishes.policy_count++] = argument)
OPTION_DOES(set, request->wishes.settings[request->wishes.setting_count++] = argument)
OPTION_DOES(peer, request->options.peers[request->options.peer_count++] = argument)
OPTION_DOES(pre_touch, request->options.replay.memory = BENCH_MEMORY_TOUCHED)
OPTION_DOES(fresh, request->options.replay.memory = BENCH_MEMORY_FRESH)

OPTION(runs)
{
    struct request *request = whole;
    uint64_t runs = 0;

    if (!number_parse(argument, &runs, error))
        return false;
    if (runs < 1 || runs > MOST_RUNS)
        return error_set(error, "--runs can be from 1 to %d", MOST_RUNS);
    request->options.replay.runs = (unsigned)runs;
    return true;
}

#define FIELD(name) offsetof(struct request, name)

static const struct option_row rows[] = {
    {'p', "policy", "NAME", take_policy, 0, NULL},
    {'s', "set", "KEY=VALUE", take_set, 0, NULL},
    {0, "peer", "NAME", take_peer, 0, NULL},
    {'g', "generate", "SPEC", take_generate, 0, NULL},
    {'n', "runs", "N", take_runs, 0, NULL},
    {0, "latency", NULL, option_take_switch, FIELD(options.replay.latency), NULL},
    {0, "pre-touch", NULL, take_pre_touch, 0, NULL},
    {0, "fresh", NULL, take_fresh, 0, NULL},
    {0, "lenient", NULL, option_take_switch, FIELD(options.lenient), NULL},
    {0, "malloc", NULL, option_take_switch, FIELD(options.process_only), NULL},
    {0, "json", NULL, option_take_switch, FIELD(options.json), NULL},
    {.letter = 'h', .name = "help"},
};

static const struct option_command command = {.name = "heapglass bench",
                                              .rows = rows,
                                              .row_count = sizeof rows / sizeof rows[0],
                                              .take_word = take_trace};

/* What the options cannot say one by one. */
static bool complete(struct bench_options *options, const struct wishes *wishes,
                     struct error *error)
{
    if (options->process_only && (wishes->policy_count > 0 || options->peer_count > 0))
        return error_set(error, "--malloc goes without --policy and --peer");
    for (unsigned i = 0, none = options->source_count == 0; none && trace_generator(i); i++)
        add_source(options, trace_generator(i)->name, true);
    return choose_policies(options, wishes, error);
}

static bool read_options(int count, char **arguments, struct request *request, bool *ret_done)
{
    struct option_line line;
    struct error error;

    switch (option_read(&command, count, arguments, request, &line)) {
    case OPTION_ASKED: print_help(); return *ret_done = true;
    case OPTION_WRONG: return false;
    case OPTION_READ: break;
    }
    for (size_t i = 0; i < line.word_count; i++) /* behind a -- */
        take_trace(request, line.words[i]);
    if (!complete(&request->options, &request->wishes, &error)) {
        option_complain(&command, error.text);
        return false;
    }
    return true;
}

bool bench_options_read(int count, char **arguments, struct bench_options *ret_options,
                        bool *ret_done)
{
    size_t most = (size_t)count, generators = 0;
    struct request request = {.wishes = {.policies = memory_create(most, sizeof(char *)),
                                         .settings = memory_create(most, sizeof(char *))}};
    bool good;

    while (trace_generator((unsigned)generators))
        generators++;
    request.options = (struct bench_options){
        .peers = memory_create(most, sizeof(char *)),
        .sources = memory_create(most + generators, sizeof(struct bench_source)),
        .replay = {.runs = INITIAL_RUNS},
    };
    *ret_done = false;
    good = read_options(count, arguments, &request, ret_done);
    *ret_options = request.options;
    free(request.wishes.policies);
    free(request.wishes.settings);
    return good;
}

void bench_options_finish(struct bench_options *options)
{
    free(options->configs);
    free(options->peers);
    free(options->sources);
    *options = (struct bench_options){0};
}
