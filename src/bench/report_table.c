/* report_table.c: see report_table.h. */
#include "bench/report_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { UTILIZATION, THROUGHPUT, FIGURES };

/* A line of the table. */
struct row {
    const char *trace, *allocator;
    double figures[FIGURES];   /* below 0: none */
    const double *latency_ns;  /* NULL: none */
    char note[ERROR_TEXT_MAX]; /* stands in place of figures, unless it is empty */
    bool is_for_all;           /* the rest of its block would say the same */
};

struct table {
    FILE *output;
    struct row *rows; /* in blocks of `block` rows */
    size_t block, count;
    int trace_width, allocator_width;
    bool has_latency;
};

/* ---- From results to rows ---- */

static void add_row(struct table *table, const char *trace, const char *allocator,
                    double utilization, double mops, const char *note)
{
    struct row *row = &table->rows[table->count++];

    row->trace = trace;
    row->allocator = allocator;
    row->figures[UTILIZATION] = 100 * utilization;
    row->figures[THROUGHPUT] = mops;
    snprintf(row->note, sizeof row->note, "%s", note);
    if ((int)strlen(trace) > table->trace_width)
        table->trace_width = (int)strlen(trace);
    if ((int)strlen(allocator) > table->allocator_width)
        table->allocator_width = (int)strlen(allocator);
}

static void add_result(struct table *table, const struct bench_result *result)
{
    add_row(table, result->trace, result->no_trace ? "-" : result->allocator,
            result->peak_heap ? bench_utilization_ratio(result) : -1, bench_throughput_mops(result),
            result->served ? "" : result->reason.text);
    table->rows[table->count - 1].is_for_all = result->no_trace;
    if (!result->has_latency)
        return;
    table->has_latency = true;
    table->rows[table->count - 1].latency_ns = result->latency_ns;
}

static void add_mean(struct table *table, const struct bench_results *results, size_t allocator)
{
    struct bench_mean mean = bench_mean_of(results, allocator);
    size_t measured = bench_measured_traces(results);
    char note[ERROR_TEXT_MAX] = "";

    if (mean.traces < measured)
        snprintf(note, sizeof note, "served %zu of %zu traces", mean.traces, measured);
    add_row(table, "mean", results->items[allocator].allocator, mean.utilization, mean.mops, note);
}

static void add_rows(struct table *table, const struct bench_results *results)
{
    size_t items = results->traces * results->allocators;

    table->rows = memory_create(items + results->allocators, sizeof table->rows[0]);
    table->block = results->allocators;
    for (size_t i = 0; i < items; i++)
        add_result(table, &results->items[i]);
    for (size_t i = 0; bench_measured_traces(results) > 1 && i < results->allocators; i++)
        add_mean(table, results, i);
}

/* ---- Printing ---- */

static void print_header(const struct table *table)
{
    fprintf(table->output, "%-*s  %-*s   util %%      Mops ", table->trace_width, "trace",
            table->allocator_width, "allocator");
    for (size_t i = 0; table->has_latency && i < BENCH_PERCENTILES; i++)
        fprintf(table->output, "  %5s ns", bench_percentile_names[i]);
    fputc('\n', table->output);
}

/* The largest of a figure in a block; a number that nothing reaches where there is nothing to
 * compare it with. */
static double best_figure(const struct row *rows, size_t count, size_t figure)
{
    double best = -1;
    size_t compared = 0;

    for (size_t i = 0; i < count; i++) {
        if (rows[i].note[0] || rows[i].figures[figure] < 0)
            continue;
        compared++;
        if (rows[i].figures[figure] > best)
            best = rows[i].figures[figure];
    }
    return compared > 1 ? best : 1e300;
}

static void print_row(const struct table *table, const struct row *row, const double *best)
{
    static const int decimals[FIGURES] = {[UTILIZATION] = 1, [THROUGHPUT] = 2};

    fprintf(table->output, "%-*s  %-*s", table->trace_width, row->trace, table->allocator_width,
            row->allocator);
    if (row->note[0]) {
        fprintf(table->output, "  %s\n", row->note);
        return;
    }
    for (size_t i = 0; i < FIGURES; i++) {
        if (row->figures[i] < 0)
            fprintf(table->output, "  %7s ", "-");
        else
            fprintf(table->output, "  %7.*f%c", decimals[i], row->figures[i],
                    row->figures[i] >= best[i] ? '*' : ' ');
    }
    for (size_t i = 0; row->latency_ns && i < BENCH_PERCENTILES; i++)
        fprintf(table->output, "  %8.0f", row->latency_ns[i]);
    fputc('\n', table->output);
}

static void print_block(const struct table *table, const struct row *rows)
{
    double best[FIGURES];

    for (size_t i = 0; i < FIGURES; i++)
        best[i] = best_figure(rows, table->block, i);
    for (size_t i = 0; i < (rows[0].is_for_all ? 1 : table->block); i++)
        print_row(table, &rows[i], best);
}

/* Which measures of the heap were used, and what the times include. */
static void print_notes(FILE *output, const struct bench_results *results, bool has_latency)
{
    bool used[BENCH_MEASURES] = {false};
    unsigned runs = 0;

    for (size_t i = 0; i < results->traces * results->allocators; i++) {
        used[results->items[i].measure] |= results->items[i].served;
        if (results->items[i].runs > runs)
            runs = results->items[i].runs;
    }
    fputs("\nutil %: peak of live bytes / peak of the heap\n", output);
    for (unsigned measure = 0; measure < BENCH_MEASURES; measure++) {
        if (used[measure])
            fprintf(output, "        %-9s %s\n", bench_measures[measure].name,
                    bench_measures[measure].meaning);
    }
    fprintf(output, "Mops:   million operations a second, in the best of %u runs%s,\n        ",
            runs, has_latency ? "; ns of malloc alone" : "");
    fprintf(output, "%s%s\n", bench_memories[results->memory].meaning,
            used[BENCH_MEASURE_RESIDENT] && results->memory == BENCH_MEMORY_FRESH
                ? " (preloaded peers keep memory as they like)"
                : "");
    fputs("*:      the best\n", output);
}

void bench_table_write(FILE *output, const struct bench_results *results)
{
    struct table table = {.output = output,
                          .trace_width = (int)strlen("trace"),
                          .allocator_width = (int)strlen("allocator")};

    add_rows(&table, results);
    print_header(&table);
    for (size_t i = 0; i < table.count; i += table.block) {
        if (i > 0)
            fputc('\n', output);
        print_block(&table, &table.rows[i]);
    }
    print_notes(output, results, table.has_latency);
    free(table.rows);
}
