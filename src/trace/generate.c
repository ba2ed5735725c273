/* generate.c: the one table of generators, and how a specification is read. */
#include "trace/generate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/size.h"
#include "base/suggest.h"
#include "trace/shapes.h"

enum { INITIAL_SEED = 1 };

struct row {
    struct trace_generator info;
    void (*make)(struct maker *maker);
};

static const struct row rows[] = {
    {{"compiler", "small mixed sizes, freed function by function", "functions", 100, 100000},
     shape_compiler},
    {{"binary", "64 and 448 bytes by turns, then 512 into holes of 448", "pairs", 2000, 10000000},
     shape_binary},
    {{"coalescing", "two neighbours freed, and a block wanted that needs both", "rounds", 2000,
      10000000},
     shape_coalescing},
    {{"random", "any size up to 32K, freed by chance", "allocations", 3000, 10000000},
     shape_random},
    {{"growth", "a block that grows, with small ones between", "steps", 5000, 10000000},
     shape_growth},
    {{"nodes", "small nodes in hash tables that double, and collections", "nodes", 20000, 10000000},
     shape_nodes},
    {{"strings", "words of any length, counted in a hash table", "words", 20000, 10000000},
     shape_strings},
    {{"replace", "16 to 4096 bytes, replaced by chance", "live payloads", 1000, 10000000},
     shape_replace},
    {{"phases", "small pairs come and go, all go, and then one large is wanted", "pairs", 8000,
      10000000},
     shape_phases},
    {{"buffers", "large ones of two sizes and small ones by turns", "allocations", 4000, 1000000},
     shape_buffers},
    {{"search", "tables that grow to megabytes beside states of 10 KiB", "states", 1000, 100000},
     shape_search},
    {{"interpreter", "short-lived values, texts that grow, frames, collections", "statements", 8000,
      10000000},
     shape_interpreter},
    {{"browser", "pages of small nodes, texts and pictures, and a cache", "pages", 40, 100000},
     shape_browser},
    {{"server", "buffers and fields of 64 connections, and sessions", "steps", 5000, 10000000},
     shape_server},
};

const struct trace_generator *trace_generator(unsigned number)
{
    return number < sizeof rows / sizeof rows[0] ? &rows[number].info : NULL;
}

static const struct row *find(const char *name, struct error *error)
{
    struct suggestion suggestion = suggestion_for(name);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].info.name, name) == 0)
            return &rows[i];
        suggestion_consider(&suggestion, rows[i].info.name);
    }
    error_set(error, "there is no generator '%s'", name);
    if (suggestion_add(&suggestion, error))
        return NULL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        error_append(error, "%s %s", i == 0 ? "; there are" : ",", rows[i].info.name);
    return NULL;
}

/* Read the N and the SEED that follow the name. */
static bool parse_numbers(char *rest, const struct trace_generator *info, uint64_t *ret_n,
                          uint64_t *ret_seed, struct error *error)
{
    const char *n = strsep(&rest, ":"), *seed = strsep(&rest, ":");

    if (rest)
        return error_set(error, "a generator is NAME[:N[:SEED]]; ':%s' is too much", rest);
    if ((n && !number_parse(n, ret_n, error)) || (seed && !number_parse(seed, ret_seed, error)))
        return false;
    if (*ret_n == 0 || *ret_n > info->max_n)
        return error_set(error, "%s: N, the number of %s, can be from 1 to %" PRIu64, info->name,
                         info->unit, info->max_n);
    return true;
}

/* Read a specification, which is taken apart for it. */
static const struct row *parse(char *specification, struct maker *maker, struct error *error)
{
    const struct row *row = find(strsep(&specification, ":"), error);

    if (!row)
        return NULL;
    maker->n = row->info.initial_n;
    maker->random.state = INITIAL_SEED;
    return parse_numbers(specification, &row->info, &maker->n, &maker->random.state, error) ? row
                                                                                            : NULL;
}

bool trace_generate(const char *specification, struct trace *ret_trace, struct error *error)
{
    struct trace trace;
    struct maker maker = {.trace = &trace};
    char *copy = memory_copy_string(specification);
    const struct row *row = parse(copy, &maker, error);

    free(copy);
    if (!row)
        return false;
    trace_init(&trace, specification);
    row->make(&maker);
    if (maker.failed) {
        *error = maker.error;
        trace_finish(&trace);
        return false;
    }
    *ret_trace = trace;
    return true;
}
