/* checkpoints.c: see checkpoints.h. */
#include "session/checkpoints.h"

#include <stdlib.h>
#include <string.h>

#include "base/machine.h"
#include "base/memory.h"

/* ---- What a replay costs ---- */

enum { BYTES_PER_NS = 4, REQUEST_NS = 100 };

uint64_t checkpoint_cost(const struct step *step)
{
    uint64_t filled = op_has(&step->op, OP_FILLS) ? step->op.size : 0;

    return step->result.nanoseconds + filled / BYTES_PER_NS + REQUEST_NS;
}

uint64_t checkpoint_cost_between(const struct steps *steps, size_t from, size_t to)
{
    uint64_t cost = 0;
    size_t traced = to < steps->traced_count ? to : steps->traced_count;

    if (from < traced) {
        cost = traced_rows_time(&steps->traced->rows, from, traced) + (traced - from) * REQUEST_NS;
        from = traced;
    }
    for (size_t number = from + 1; number <= to; number++)
        cost += checkpoint_cost(steps_own(steps, number));
    return cost;
}

/* ---- Keeping checkpoints ---- */

static void checkpoint_finish(struct checkpoint *checkpoint)
{
    target_destroy(checkpoint->target);
    events_finish(&checkpoint->events);
}

void checkpoints_finish(struct checkpoints *checkpoints)
{
    for (size_t i = 0; i < checkpoints->count; i++)
        checkpoint_finish(&checkpoints->items[i]);
    target_destroy(checkpoints->leaving);
    free(checkpoints->items);
    *checkpoints = (struct checkpoints){0};
}

void checkpoints_drop(struct checkpoints *checkpoints, size_t index)
{
    checkpoints_part(checkpoints, checkpoints->items[index].target);
    checkpoints->items[index].target = NULL;
    checkpoint_finish(&checkpoints->items[index]);
    memmove(&checkpoints->items[index], &checkpoints->items[index + 1],
            (--checkpoints->count - index) * sizeof checkpoints->items[0]);
}

void checkpoints_part(struct checkpoints *checkpoints, struct target *target)
{
    target_destroy(checkpoints->leaving);
    checkpoints->leaving = target;
    if (target)
        target_kill(target);
}

void checkpoints_cut(struct checkpoints *checkpoints, size_t step)
{
    while (checkpoints->count > 0 && checkpoints->items[checkpoints->count - 1].step > step)
        checkpoints_drop(checkpoints, checkpoints->count - 1);
}

size_t checkpoints_until(const struct checkpoints *checkpoints, size_t step)
{
    size_t count = 0;

    while (count < checkpoints->count && checkpoints->items[count].step <= step)
        count++;
    return count;
}

/* Append a clone of one that is behind all; whether that could be. */
static bool add_clone(struct checkpoints *checkpoints, const struct checkpoint *other)
{
    struct error ignored;
    struct checkpoint clone = *other;

    clone.target = target_clone(other->target, TARGET_NEITHER_ACTS, &ignored);
    if (!clone.target)
        return false;
    clone.events = events_copy(&other->events);
    checkpoints->items = memory_reserve(checkpoints->items, &checkpoints->capacity,
                                        checkpoints->count + 1, sizeof checkpoints->items[0]);
    checkpoints->items[checkpoints->count++] = clone;
    return true;
}

void checkpoints_share(struct checkpoints *checkpoints, const struct checkpoints *others,
                       size_t step)
{
    const uint64_t interval = checkpoints->interval;
    size_t count = checkpoints_until(others, step);

    checkpoints_finish(checkpoints);
    checkpoints->interval = interval;
    if (count == 0 || !add_clone(checkpoints, &others->items[0]))
        return;
    if (count > 1 && !add_clone(checkpoints, &others->items[count - 1]))
        checkpoints_drop(checkpoints, 0);
}

/* Drop the checkpoint that can best be done without, seen from where `here` nanoseconds of work
 * have been done; the first one and the last stay. */
static void thin(struct checkpoints *checkpoints, uint64_t here)
{
    const struct checkpoint *items = checkpoints->items;
    uint64_t whole = items[checkpoints->count - 1].cost / 4 + checkpoints->interval;
    double least = 0;
    size_t best = 0;

    for (size_t i = 1; i + 1 < checkpoints->count; i++) {
        uint64_t away = items[i].cost > here ? items[i].cost - here : here - items[i].cost;
        double gap = (double)(items[i + 1].cost - items[i - 1].cost) / (double)(away + whole);

        if (best == 0 || gap < least) {
            best = i;
            least = gap;
        }
    }
    if (best > 0)
        checkpoints_drop(checkpoints, best);
}

static uint64_t memory_to_have(void)
{
    enum { PARTS = 8 };
    uint64_t part = machine_memory() / PARTS;

    if (part < CHECKPOINT_MEMORY_LEAST)
        return CHECKPOINT_MEMORY_LEAST;
    return part < CHECKPOINT_MEMORY ? part : CHECKPOINT_MEMORY;
}

size_t checkpoints_most(struct checkpoints *checkpoints, uint64_t heap_size)
{
    uint64_t most;

    if (heap_size < CHECKPOINT_MEMORY_LEAST / CHECKPOINTS_MAX)
        return CHECKPOINTS_MAX;
    if (checkpoints->memory == 0)
        checkpoints->memory = memory_to_have();
    most = checkpoints->memory / heap_size;
    return most < CHECKPOINTS_MAX ? (size_t)most : CHECKPOINTS_MAX;
}

/* Insert a checkpoint, whose cost is not set yet, in its place. */
static void insert(struct checkpoints *checkpoints, const struct steps *steps,
                   struct checkpoint *checkpoint)
{
    size_t place = checkpoints_until(checkpoints, checkpoint->step);

    checkpoints->items = memory_reserve(checkpoints->items, &checkpoints->capacity,
                                        checkpoints->count + 1, sizeof checkpoints->items[0]);
    if (place > 0)
        checkpoint->cost =
            checkpoints->items[place - 1].cost +
            checkpoint_cost_between(steps, checkpoints->items[place - 1].step, checkpoint->step);
    memmove(&checkpoints->items[place + 1], &checkpoints->items[place],
            (checkpoints->count++ - place) * sizeof checkpoints->items[0]);
    checkpoints->items[place] = *checkpoint;
}

void checkpoints_keep(struct checkpoints *checkpoints, const struct steps *steps, size_t step,
                      struct target *target, const struct picture *picture)
{
    struct checkpoint checkpoint = {.step = step,
                                    .target = target,
                                    .heap_start = picture->heap_start,
                                    .stack = picture->stack,
                                    .events = events_copy(&picture->events)};

    insert(checkpoints, steps, &checkpoint);
}

bool checkpoints_make_room(struct checkpoints *checkpoints, uint64_t heap_size, uint64_t here)
{
    size_t most = checkpoints_most(checkpoints, heap_size);

    while (checkpoints->count > 1 && checkpoints->count > most) {
        size_t count = checkpoints->count;

        thin(checkpoints, here);
        if (checkpoints->count == count)
            checkpoints_drop(checkpoints, count - 1);
    }
    return most > 0;
}
