/* costs.c: see costs.h. */
#include "session/costs.h"

#include <stdlib.h>

#include "base/bits.h"
#include "base/memory.h"

static int compare(const void *a, const void *b)
{
    uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;

    return (first > second) - (first < second);
}

/* Sort the values; the smallest that at least so many of a hundred do not exceed. */
static struct cost distribute(uint64_t *values, size_t count)
{
    if (count == 0)
        return (struct cost){0};
    qsort(values, count, sizeof values[0], compare);
    return (struct cost){
        .p50 = values[(count - 1) / 2],
        .p99 = values[(count * 99 + 99) / 100 - 1],
        .max = values[count - 1],
    };
}

static void count_bucket(struct costs *costs, uint64_t nanoseconds)
{
    unsigned bucket = nanoseconds ? bits_floor_log2(nanoseconds) : 0;

    costs->buckets[bucket < COST_BUCKETS ? bucket : COST_BUCKETS - 1]++;
}

struct costs costs_measure(const struct history *history)
{
    size_t steps = history->steps.count;
    uint64_t *nanoseconds = memory_create(steps + 1, sizeof *nanoseconds);
    uint64_t *visits = memory_create(steps + 1, sizeof *visits);
    struct costs costs = {0};

    for (size_t i = 0; i < steps; i++) {
        const struct step *step = steps_at(&history->steps, i + 1);

        if (!op_has(&step->op, OP_CALLS))
            continue;
        nanoseconds[costs.count] = step->result.nanoseconds;
        visits[costs.count++] = step->result.visits;
        count_bucket(&costs, step->result.nanoseconds);
    }
    costs.nanoseconds = distribute(nanoseconds, costs.count);
    costs.visits = distribute(visits, costs.count);
    free(nanoseconds);
    free(visits);
    return costs;
}
