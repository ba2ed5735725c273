/* comparison.c: see comparison.h. */
#include "session/comparison.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/size.h"

static const struct {
    const char *heading, *key;
    bool more_is_better;
} columns[COMPARISON_COLUMNS] = {
    [COMPARISON_HEAP] = {"heap", "heap_size", false},
    [COMPARISON_EXTERNAL] = {"external", "external_fragmentation", false},
    [COMPARISON_INTERNAL] = {"internal", "internal_fragmentation", false},
    [COMPARISON_UTILIZATION] = {"utilization", "utilization", true},
    [COMPARISON_VISITS] = {"examined", "visits", false},
    [COMPARISON_NANOSECONDS] = {"ns", "nanoseconds", false},
    [COMPARISON_FAILURES] = {"refused", "failures", false},
};

void comparison_finish(struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->count; i++) {
        free(comparison->items[i].standings);
        session_destroy(comparison->items[i].session);
    }
    free(comparison->items);
    *comparison = (struct comparison){0};
}

static struct contestant *add(struct comparison *comparison, const struct hg_config *config)
{
    struct contestant *contestant;

    comparison->items = memory_reserve(comparison->items, &comparison->capacity,
                                       comparison->count + 1, sizeof comparison->items[0]);
    contestant = &comparison->items[comparison->count++];
    *contestant = (struct contestant){.config = *config};
    return contestant;
}

void comparison_add(struct comparison *comparison, const struct session *session)
{
    struct contestant *contestant = add(comparison, &session->mirror->picture.config);
    size_t count = session->history->steps.count;

    contestant->steps = count;
    contestant->visits_are_known =
        description_can(&session->mirror->picture.description, KIND_EXPLAINS) &&
        !steps_is_traced(&session->history->steps, 1);
    contestant->standings = memory_create(count + 1, sizeof contestant->standings[0]);
    contestant->standings[0].metrics = session->history->opening;
    for (size_t i = 0; i < count; i++) {
        const struct standing *before = &contestant->standings[i];
        const struct step *step = steps_at(&session->history->steps, i + 1);

        contestant->standings[i + 1] = (struct standing){
            .metrics = history_metrics_at(session->history, i + 1),
            .visits = before->visits + step->result.visits,
            .nanoseconds = before->nanoseconds + step->result.nanoseconds,
            .failures = before->failures + step->result.refused,
        };
    }
}

void comparison_add_failure(struct comparison *comparison, const struct hg_config *config,
                            const struct error *failure)
{
    struct contestant *contestant = add(comparison, config);

    contestant->has_failed = true;
    contestant->failure = *failure;
}

/* ---- Step by step ---- */

/* What a session takes at the most while it goes from step to step. */
static uint64_t footprint(const struct session *session)
{
    const struct metrics *metrics = &session->mirror->picture.metrics;

    return metrics->peak_heap + session->history->steps.count * sizeof(struct step) +
           block_table_count(&session->mirror->picture.blocks) * sizeof(struct block);
}

void comparison_keep(struct comparison *comparison, struct session *session)
{
    struct contestant *contestant = &comparison->items[comparison->count - 1];
    uint64_t bytes = footprint(session);

    if (bytes > COMPARISON_MEMORY - comparison->kept) {
        error_set(&contestant->failure, "its heap is too large to be kept for a map");
        session_destroy(session);
        return;
    }
    comparison->kept += bytes;
    contestant->session = session;
    session->history->checkpoints.interval = CHECKPOINT_INTERVAL_NS;
    session->history->progress = (struct progress){0};
}

/* The way of one contestant to a step. */
struct passage {
    const struct comparison *comparison;
    size_t index; /* of the contestant */
    bool stopped;
};

/* Tell how many contestants are there, whatever the one on its way says of its steps. */
static bool tell(void *context, size_t done, size_t total)
{
    struct passage *passage = context;
    const struct comparison *comparison = passage->comparison;

    (void)done;
    (void)total;
    if (!progress_tick(&comparison->progress, passage->index, comparison->count))
        passage->stopped = true;
    return !passage->stopped;
}

/* The step where a contestant is when all are at `step`. */
static size_t step_of(const struct contestant *contestant, size_t step)
{
    return step < contestant->steps ? step : contestant->steps;
}

bool comparison_is_at(const struct contestant *contestant, size_t step)
{
    return contestant->session->history->steps.count == step_of(contestant, step);
}

void comparison_go(struct comparison *comparison, size_t step)
{
    struct passage passage = {.comparison = comparison};

    for (; passage.index < comparison->count && !passage.stopped; passage.index++) {
        struct contestant *contestant = &comparison->items[passage.index];
        struct session *session = contestant->session;

        if (!session || comparison_is_at(contestant, step) || !tell(&passage, 0, 0))
            continue;
        session->history->progress = (struct progress){tell, &passage};
        if (!session_go(session, step_of(contestant, step), &contestant->failure) &&
            !passage.stopped) {
            session_destroy(session);
            contestant->session = NULL;
        } else {
            session->history->progress = (struct progress){0};
        }
    }
}

size_t comparison_steps(const struct comparison *comparison)
{
    size_t most = 0;

    for (size_t i = 0; i < comparison->count; i++)
        most = comparison->items[i].steps > most ? comparison->items[i].steps : most;
    return most;
}

uint64_t comparison_largest_heap(const struct comparison *comparison)
{
    uint64_t largest = 0;

    for (size_t i = 0; i < comparison->count; i++) {
        const struct contestant *contestant = &comparison->items[i];
        uint64_t peak =
            contestant->has_failed ? 0 : contestant->standings[contestant->steps].metrics.peak_heap;

        largest = peak > largest ? peak : largest;
    }
    return largest;
}

/* ---- Columns ---- */

double comparison_value(const struct contestant *contestant, enum comparison_column column,
                        size_t step)
{
    const struct standing *then = &contestant->standings[step_of(contestant, step)];

    switch (column) {
    case COMPARISON_HEAP: return (double)then->metrics.heap_size;
    case COMPARISON_EXTERNAL: return ratio_value(RATIO_EXTERNAL, &then->metrics);
    case COMPARISON_INTERNAL: return ratio_value(RATIO_INTERNAL, &then->metrics);
    case COMPARISON_UTILIZATION: return ratio_value(RATIO_UTILIZATION, &then->metrics);
    case COMPARISON_VISITS: return contestant->visits_are_known ? (double)then->visits : NAN;
    case COMPARISON_NANOSECONDS: return (double)then->nanoseconds;
    case COMPARISON_FAILURES: return (double)then->failures;
    case COMPARISON_COLUMNS: break;
    }
    return 0;
}

const char *comparison_heading(enum comparison_column column)
{
    return columns[column].heading;
}

const char *comparison_key(enum comparison_column column)
{
    return columns[column].key;
}

bool comparison_is_ratio(enum comparison_column column)
{
    return column == COMPARISON_EXTERNAL || column == COMPARISON_INTERNAL ||
           column == COMPARISON_UTILIZATION;
}

bool comparison_is_best(const struct comparison *comparison, const struct contestant *contestant,
                        enum comparison_column column, size_t step)
{
    double value, failures;

    if (contestant->has_failed)
        return false;
    value = comparison_value(contestant, column, step);
    if (isnan(value))
        return false;
    failures = comparison_value(contestant, COMPARISON_FAILURES, step);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct contestant *other = &comparison->items[i];
        double others, others_failures;

        if (other->has_failed)
            continue;
        others = comparison_value(other, column, step);
        others_failures = comparison_value(other, COMPARISON_FAILURES, step);
        if (others_failures < failures)
            return false;
        if (others_failures <= failures &&
            (columns[column].more_is_better ? others > value : others < value))
            return false;
    }
    return true;
}

/* ---- The table ---- */

static void add_cell(const struct contestant *contestant, enum comparison_column column, bool best,
                     struct text *text)
{
    enum { CELL_MAX = 40 };
    double value = comparison_value(contestant, column, contestant->steps);
    char cell[CELL_MAX], size[SIZE_TEXT_MAX];

    if (isnan(value))
        snprintf(cell, sizeof cell, "?");
    else if (comparison_is_ratio(column))
        snprintf(cell, sizeof cell, "%.1f%%", value * 100);
    else if (column == COMPARISON_HEAP)
        snprintf(cell, sizeof cell, "%s", size_short((uint64_t)value, size));
    else
        snprintf(cell, sizeof cell, "%.0f", value);
    text_add(text, " %11s%s", cell, best ? "*" : " ");
}

void comparison_add_table(const struct comparison *comparison, struct text *text)
{
    text_add(text, "%-12s", "policy");
    for (unsigned column = 0; column < COMPARISON_COLUMNS; column++)
        text_add(text, " %11s ", columns[column].heading);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct contestant *contestant = &comparison->items[i];

        text_add(text, "\n%-12s", contestant->config.policy);
        if (contestant->has_failed) {
            text_add(text, " %s", contestant->failure.text);
            continue;
        }
        for (unsigned column = 0; column < COMPARISON_COLUMNS; column++)
            add_cell(contestant, column,
                     comparison_is_best(comparison, contestant, column, contestant->steps), text);
    }
}
