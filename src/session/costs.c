/* costs.c: see costs.h. */
#include "session/costs.h"

#include <stdlib.h>

#include "base/bits.h"
#include "base/memory.h"

/* The value that `rank` others stand before in order of size. It is found digit by digit, the
 * highest first: by how many of those that begin alike have which next. */
static uint64_t value_at(const uint64_t *values, size_t count, size_t rank, uint64_t max)
{
    enum { DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS };
    uint64_t found = 0;

    for (unsigned shift = 64; shift > 0;) {
        size_t counts[DIGITS] = {0};
        uint64_t digit = 0;

        shift -= DIGIT_BITS;
        if (max >> shift == 0)
            continue;
        for (size_t i = 0; i < count; i++)
            if ((values[i] ^ found) >> shift < DIGITS)
                counts[(values[i] >> shift) % DIGITS]++;
        while (rank >= counts[digit])
            rank -= counts[digit++];
        found |= digit << shift;
    }
    return found;
}

/* The smallest that at least so many of a hundred do not exceed. */
static struct cost distribute(const uint64_t *values, size_t count)
{
    uint64_t max = 0;

    if (count == 0)
        return (struct cost){0};
    for (size_t i = 0; i < count; i++)
        max = values[i] > max ? values[i] : max;
    return (struct cost){
        .p50 = value_at(values, count, (count - 1) / 2, max),
        .p99 = value_at(values, count, (count * 99 + 99) / 100 - 1, max),
        .max = max,
    };
}

static void count_bucket(struct costs *costs, uint64_t nanoseconds)
{
    unsigned bucket = nanoseconds ? bits_floor_log2(nanoseconds) : 0;

    costs->buckets[bucket < COST_BUCKETS ? bucket : COST_BUCKETS - 1]++;
}

struct costs costs_measure(const struct history *history)
{
    const struct steps *steps = &history->steps;
    size_t traced = steps->traced_count < steps->count ? steps->traced_count : steps->count;
    uint64_t *nanoseconds = memory_create(steps->count + 1, sizeof *nanoseconds);
    uint64_t *visits = memory_create(steps->count + 1, sizeof *visits);
    struct costs costs = {.visits_are_known = traced == 0};

    for (size_t number = steps_gone(steps) + 1; number <= traced; number++) /* all called it */
        nanoseconds[costs.count++] = traced_rows_nanoseconds(&steps->traced->rows, number);
    for (size_t number = traced + 1; number <= steps->count; number++) {
        const struct step *step = steps_at(steps, number);

        if (!op_has(&step->op, OP_CALLS))
            continue;
        nanoseconds[costs.count] = step->result.nanoseconds;
        visits[costs.count++] = step->result.visits;
    }
    for (size_t i = 0; i < costs.count; i++)
        count_bucket(&costs, nanoseconds[i]);
    costs.nanoseconds = distribute(nanoseconds, costs.count);
    if (costs.visits_are_known)
        costs.visits = distribute(visits, costs.count);
    free(nanoseconds);
    free(visits);
    return costs;
}
