/* comparison.c: see comparison.h. */
#include "session/comparison.h"

#include <inttypes.h>
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
    [COMPARISON_VISITS] = {"visited", "visits", false},
    [COMPARISON_NANOSECONDS] = {"ns", "nanoseconds", false},
    [COMPARISON_FAILURES] = {"refused", "failures", false},
};

void comparison_finish(struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->count; i++)
        free(comparison->items[i].metrics);
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
    struct contestant *contestant = add(comparison, &session->mirror->config);
    size_t count = session->steps.count;

    contestant->steps = count;
    contestant->metrics = memory_create(count + 1, sizeof contestant->metrics[0]);
    contestant->metrics[0] = session->mirror->opening;
    for (size_t i = 0; i < count; i++) {
        const struct step *step = &session->steps.items[i];

        contestant->metrics[i + 1] = step->metrics;
        contestant->visits += step->result.visits;
        contestant->nanoseconds += step->result.nanoseconds;
        contestant->failures += step->result.refused;
    }
}

void comparison_add_failure(struct comparison *comparison, const struct hg_config *config,
                            const struct error *failure)
{
    struct contestant *contestant = add(comparison, config);

    contestant->has_failed = true;
    contestant->failure = *failure;
}

double comparison_value(const struct contestant *contestant, enum comparison_column column)
{
    const struct metrics *last = &contestant->metrics[contestant->steps];

    switch (column) {
    case COMPARISON_HEAP: return (double)last->heap_size;
    case COMPARISON_EXTERNAL: return ratio_value(RATIO_EXTERNAL, last);
    case COMPARISON_INTERNAL: return ratio_value(RATIO_INTERNAL, last);
    case COMPARISON_UTILIZATION: return ratio_value(RATIO_UTILIZATION, last);
    case COMPARISON_VISITS: return (double)contestant->visits;
    case COMPARISON_NANOSECONDS: return (double)contestant->nanoseconds;
    case COMPARISON_FAILURES: return (double)contestant->failures;
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
                        enum comparison_column column)
{
    double value;

    if (contestant->has_failed)
        return false;
    value = comparison_value(contestant, column);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct contestant *other = &comparison->items[i];

        if (other->has_failed)
            continue;
        if (other->failures < contestant->failures)
            return false;
        if (other->failures == contestant->failures &&
            (columns[column].more_is_better ? comparison_value(other, column) > value
                                            : comparison_value(other, column) < value))
            return false;
    }
    return true;
}

/* ---- The table ---- */

static void add_cell(const struct contestant *contestant, enum comparison_column column, bool best,
                     struct text *text)
{
    enum { CELL_MAX = 40 };
    double value = comparison_value(contestant, column);
    char cell[CELL_MAX], size[SIZE_TEXT_MAX];

    if (comparison_is_ratio(column))
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
            add_cell(contestant, column, comparison_is_best(comparison, contestant, column), text);
    }
}
