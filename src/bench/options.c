/* options.c: see options.h. */
#include "bench/options.h"

#include <getopt.h>
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
        "        a policy's on memory that a run before has touched, as in the malloc lab; the C\n"
        "        library and each peer, in a process of their own for each trace, keep or give\n"
        "        back what they like.\n"
        "mean    of util %: the mean over the traces; of Mops: all operations / all best times.\n"
        "\n"
        "Exit status: 0 all is well; 1 a payload was damaged, a peer failed, or the output could\n"
        "not be written; 2 wrong usage, a trace that cannot be read or needs more memory than\n"
        "there is, or a peer that is not installed.\n",
        stdout);
}

static bool wrong_usage(const char *what)
{
    tell(stderr, "heapglass bench: %s", what);
    fputs("Try 'heapglass bench --help'.\n", stderr);
    return false;
}

/* Give KEY=VALUE to those of the policies that have the setting. */
static bool set(struct bench_options *options, const char *argument, struct error *error)
{
    const char *equals = strchr(argument, '=');
    char *key = equals ? strndup(argument, (size_t)(equals - argument)) : NULL;
    unsigned setting = key ? setting_find(key) : KIND_SETTINGS;
    bool good = true, found = false;

    if (!equals)
        return error_set(error, "--set wants KEY=VALUE");
    if (setting == KIND_SETTINGS)
        good = setting_unknown(key ? key : "", error);
    for (size_t i = 0; good && i < options->config_count; i++) {
        if (setting >= HG_SETTING_COUNT || !setting_matters(&options->configs[i], setting))
            continue; /* those of other kinds of heap are not heeded here */
        found = true;
        good = setting_set(&options->configs[i], key, equals + 1, error);
    }
    if (good && !found)
        good = error_set(error, "none of these policies has the setting '%s'", key);
    free(key);
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

static void add_source(struct bench_options *options, const char *argument, bool is_generated)
{
    options->sources[options->source_count++] =
        (struct bench_source){.argument = argument, .is_generated = is_generated};
}

static bool parse_runs(const char *text, unsigned *ret_runs)
{
    struct error error;
    uint64_t runs = 0;

    if (!number_parse(text, &runs, &error))
        return wrong_usage(error.text);
    if (runs < 1 || runs > MOST_RUNS)
        return wrong_usage("--runs can be from 1 to 100000");
    *ret_runs = (unsigned)runs;
    return true;
}

static bool read_options(int count, char **arguments, struct bench_options *options,
                         struct wishes *wishes, bool *ret_done)
{
    enum { IN_ORDER = 1, PEER = 256, LATENCY, PRE_TOUCH, FRESH, LENIENT, MALLOC, JSON };
    static const struct option long_options[] = {
        {"policy", required_argument, NULL, 'p'},
        {"set", required_argument, NULL, 's'},
        {"peer", required_argument, NULL, PEER},
        {"generate", required_argument, NULL, 'g'},
        {"runs", required_argument, NULL, 'n'},
        {"latency", no_argument, NULL, LATENCY},
        {"pre-touch", no_argument, NULL, PRE_TOUCH},
        {"fresh", no_argument, NULL, FRESH},
        {"lenient", no_argument, NULL, LENIENT},
        {"malloc", no_argument, NULL, MALLOC},
        {"json", no_argument, NULL, JSON},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    static const char letters[] = "-:p:s:g:n:h"; /* traces come as they stand among the options */
    int option;

    opterr = 0;
    while ((option = getopt_long(count, arguments, letters, long_options, NULL)) != -1) {
        switch (option) {
        case IN_ORDER: add_source(options, optarg, false); break;
        case 'p': wishes->policies[wishes->policy_count++] = optarg; break;
        case 's': wishes->settings[wishes->setting_count++] = optarg; break;
        case PEER: options->peers[options->peer_count++] = optarg; break;
        case 'g': add_source(options, optarg, true); break;
        case 'n':
            if (!parse_runs(optarg, &options->replay.runs))
                return false;
            break;
        case LATENCY: options->replay.latency = true; break;
        case PRE_TOUCH: options->replay.memory = BENCH_MEMORY_TOUCHED; break;
        case FRESH: options->replay.memory = BENCH_MEMORY_FRESH; break;
        case LENIENT: options->lenient = true; break;
        case MALLOC: options->process_only = true; break;
        case JSON: options->json = true; break;
        case 'h':
            print_help();
            *ret_done = true;
            return true;
        default:
            option_tell_wrong("heapglass bench", option, letters, arguments);
            fputs("Try 'heapglass bench --help'.\n", stderr);
            return false;
        }
    }
    for (int i = optind; i < count; i++)
        add_source(options, arguments[i], false);
    return true;
}

/* What the options cannot say one by one. */
static bool complete(struct bench_options *options, const struct wishes *wishes)
{
    struct error error;

    if (options->process_only && (wishes->policy_count > 0 || options->peer_count > 0))
        return wrong_usage("--malloc goes without --policy and --peer");
    for (unsigned i = 0, none = options->source_count == 0; none && trace_generator(i); i++)
        add_source(options, trace_generator(i)->name, true);
    return choose_policies(options, wishes, &error) || wrong_usage(error.text);
}

bool bench_options_read(int count, char **arguments, struct bench_options *ret_options,
                        bool *ret_done)
{
    size_t most = (size_t)count, generators = 0;
    struct wishes wishes = {.policies = memory_create(most, sizeof(char *)),
                            .settings = memory_create(most, sizeof(char *))};
    bool good;

    while (trace_generator((unsigned)generators))
        generators++;
    *ret_options = (struct bench_options){
        .peers = memory_create(most, sizeof(char *)),
        .sources = memory_create(most + generators, sizeof(struct bench_source)),
        .replay = {.runs = INITIAL_RUNS},
    };
    *ret_done = false;
    good = read_options(count, arguments, ret_options, &wishes, ret_done) &&
           (*ret_done || complete(ret_options, &wishes));
    free(wishes.policies);
    free(wishes.settings);
    return good;
}

void bench_options_finish(struct bench_options *options)
{
    free(options->configs);
    free(options->peers);
    free(options->sources);
    *options = (struct bench_options){0};
}
