/* step.c: see step.h. */
#include "session/step.h"

#include <stdlib.h>

#include "base/memory.h"

void steps_finish(struct steps *steps)
{
    traced_drop(steps->traced);
    free(steps->views);
    free(steps->items);
    *steps = (struct steps){0};
}

void steps_begin_traced(struct steps *steps, struct traced *traced)
{
    steps->traced = traced;
    steps->views = memory_create(1, sizeof *steps->views);
    steps_follow_traced(steps);
}

void steps_follow_traced(struct steps *steps)
{
    steps->traced_count = steps->count = steps->known = steps->traced->count;
}

size_t steps_gone(const struct steps *steps)
{
    return steps->traced ? steps->traced->gone : 0;
}

struct steps steps_copy(const struct steps *steps, size_t count)
{
    size_t traced = count < steps->traced_count ? count : steps->traced_count;
    struct steps copy = {.traced_count = traced, .count = count, .known = count};

    if (traced > 0) {
        copy.traced = traced_share(steps->traced);
        copy.views = memory_create(1, sizeof *copy.views);
        *copy.views = *steps->views;
    }
    copy.items = memory_reserve(NULL, &copy.capacity, count - traced, sizeof copy.items[0]);
    memory_copy(copy.items, steps->items, (count - traced) * sizeof copy.items[0]);
    return copy;
}

/* ---- Traced ones ---- */

static struct told_step *find_told(const struct steps *steps, size_t number)
{
    for (unsigned i = 0; i < STEPS_TOLD; i++) {
        if (steps->views->told[i].number == number)
            return &steps->views->told[i];
    }
    return NULL;
}

static struct step expand(const struct steps *steps, size_t number)
{
    const struct traced_step step = traced_rows_step(&steps->traced->rows, number), *row = &step;

    return (struct step){
        .op = traced_op(row),
        .names = {row->place, NO_NAME},
        .result = {.payload = traced_payload(row),
                   .usable = row->usable,
                   .heap_size = row->heap_size,
                   .nanoseconds = row->nanoseconds,
                   .refused = row->refused},
        .before = row->kind == OP_FREE ? traced_payload(row) : OFFSET_NULL,
        .metrics = {.heap_size = row->heap_size, .requested = row->live},
        .resident = RESIDENT_UNKNOWN,
    };
}

void steps_remember(struct steps *steps, size_t number, const struct step *step,
                    const struct metrics *before, bool is_last)
{
    struct step_views *views = steps->views;
    unsigned at = 0;

    if (number == 0 || number > steps->traced_count)
        return;
    if (!is_last)
        at = 1 + views->next_told++ % (STEPS_TOLD - 1);
    views->told[at] = (struct told_step){.number = number, .step = *step, .before = *before};
}

/* ---- All ---- */

const struct step *steps_at(const struct steps *steps, size_t number)
{
    const struct told_step *told;
    unsigned at;

    if (number > steps->traced_count)
        return &steps->items[number - 1 - steps->traced_count];
    told = find_told(steps, number);
    if (told)
        return &told->step;
    at = steps->views->next++ % STEPS_VIEWED;
    steps->views->numbers[at] = number;
    steps->views->items[at] = expand(steps, number);
    return &steps->views->items[at];
}

size_t steps_number(const struct steps *steps, const struct step *step)
{
    const struct step_views *views = steps->views;

    for (unsigned i = 0; views && i < STEPS_TOLD; i++) {
        if (step == &views->told[i].step)
            return views->told[i].number;
    }
    for (unsigned i = 0; views && i < STEPS_VIEWED; i++) {
        if (step == &views->items[i])
            return views->numbers[i];
    }
    return steps->traced_count + (size_t)(step - steps->items) + 1;
}

struct step *steps_own(const struct steps *steps, size_t number)
{
    return number > steps->traced_count ? &steps->items[number - 1 - steps->traced_count] : NULL;
}

bool steps_is_traced(const struct steps *steps, size_t number)
{
    return number <= steps->traced_count;
}

uint64_t steps_heap_size(const struct steps *steps, size_t number)
{
    return steps_is_traced(steps, number) ? traced_rows_heap_size(&steps->traced->rows, number)
                                          : steps_own(steps, number)->result.heap_size;
}

uint64_t steps_live(const struct steps *steps, size_t number)
{
    return steps_is_traced(steps, number) ? traced_rows_live(&steps->traced->rows, number)
                                          : steps_own(steps, number)->metrics.requested;
}

void steps_append(struct steps *steps, const struct step *step)
{
    size_t at;

    steps_cut(steps, steps->count);
    at = steps->count - steps->traced_count;
    steps->items = memory_reserve(steps->items, &steps->capacity, at + 1, sizeof steps->items[0]);
    steps->items[at] = *step;
    steps->known = ++steps->count;
}

void steps_cut(struct steps *steps, size_t count)
{
    if (steps->known <= count)
        return;
    if (steps->count > count)
        steps->count = count;
    steps->known = count;
    if (steps->traced_count > count)
        steps->traced_count = count;
}

struct metrics steps_metrics(const struct steps *steps, size_t number)
{
    const struct told_step *told;

    if (number > steps->traced_count)
        return steps_at(steps, number)->metrics;
    told = find_told(steps, number);
    if (told)
        return told->step.metrics;
    told = find_told(steps, number + 1);
    return told ? told->before : traced_metrics(steps->traced, number);
}
