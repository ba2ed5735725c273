/* import_run.c: see import_run.h. Steps go over to the heap process as those of a replay do,
 * thousands in a request and without being told of; only the last one is told. On the way,
 * checkpoints, samples of all measures and landmarks are kept, so that any moment is a short replay
 * away; what was sampled takes a moment, or an eighth of the time, at the most. */
#include "session/import_run.h"

#include <stdlib.h>
#include <time.h>

#include "base/memory.h"

enum {
    CHECKPOINTS_WANTED = 24,        /* the others are for where the user goes */
    TICK_EVERY = 16,                /* requests */
    SAMPLES_NS = 100 * 1000 * 1000, /* they may take as long as that, */
    SAMPLES_SHARE = 8,              /* or one part in so many of all */
};

struct import {
    struct history *history;
    struct mirror *mirror;
    struct import_source source;
    struct traced *traced;
    struct traced_place *places; /* what was done to each variable */
    uint32_t place_count;
    size_t place_capacity;
    uint64_t live;
    struct op ops[OPS_MAX]; /* of a request, */
    struct traced_step pending[OPS_MAX];
    size_t count;           /* so many */
    size_t next_checkpoint; /* after step number */
    size_t next_sample, next_landmark;
    uint64_t started, sampling; /* nanoseconds */
    unsigned requests;
};

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* ---- What came of a step ---- */

static void make_place(struct import *import, uint32_t place)
{
    size_t count = (size_t)place + 1;

    import->places =
        memory_reserve(import->places, &import->place_capacity, count, sizeof import->places[0]);
    while (import->place_count < count)
        import->places[import->place_count++] = (struct traced_place){0};
}

static void note_place(struct import *import, const struct traced_step *step)
{
    struct traced_place *place = &import->places[step->place];
    uint32_t number = (uint32_t)import->traced->count + 1;
    bool is_null = step->payload == OFFSET_NULL;
    const struct traced_step *before = place->changed > 0 && place->freed_in == 0
                                           ? &import->traced->steps[place->changed - 1]
                                           : NULL;
    bool was_null = !before || before->payload == OFFSET_NULL;

    if (step->refused && step->kind != OP_ALLOC)
        return;
    import->live -= was_null ? 0 : before->size;
    if (step->kind == OP_FREE) {
        place->freed_in = is_null ? 0 : number;
        return;
    }
    if (step->kind == OP_ALLOC || was_null)
        place->born = number;
    place->changed = number;
    place->freed_in = 0;
    import->live += is_null ? 0 : step->size;
}

static void note_step(struct import *import, struct traced_step *step,
                      const struct op_result *result)
{
    uint64_t before = traced_heap_size(import->traced);

    step->payload = result->payload;
    step->usable = result->usable;
    step->heap_size = result->heap_size;
    step->refused = result->refused != 0;
    step->nanoseconds =
        result->nanoseconds < UINT32_MAX ? (uint32_t)result->nanoseconds : UINT32_MAX;
    note_place(import, step);
    step->live = import->live;
    if (step->heap_size != before)
        break_calls_add(&import->history->break_calls, (uint32_t)import->traced->count + 1, before,
                        step->heap_size);
    traced_add(import->traced, step);
}

/* ---- On the way ---- */

/* Let the mirror's picture be as things are. */
static bool read_picture(struct import *import, struct mirror *mirror)
{
    struct metrics metrics = history_metrics_at(import->history, import->traced->count);

    traced_recall(import->traced, import->places, import->place_count, &mirror->picture);
    return mirror_read(mirror, &metrics);
}

/* Measure all, on a picture of its own. */
static bool sample(struct import *import)
{
    const struct picture *picture = &import->mirror->picture;
    uint64_t began = now();
    struct mirror *look =
        mirror_of(import->mirror->target, picture->heap_start, picture->stack, picture);
    bool good = read_picture(import, look);

    if (good)
        traced_add_sample(import->traced, &look->picture.metrics);
    look->target = NULL;
    mirror_destroy(look);
    import->sampling += now() - began;
    return good;
}

static bool can_sample(const struct import *import)
{
    return import->sampling <= SAMPLES_NS ||
           import->sampling * SAMPLES_SHARE <= now() - import->started;
}

static void keep_checkpoint(struct import *import)
{
    struct checkpoints *checkpoints = &import->history->checkpoints;
    const struct traced *traced = import->traced;
    struct target *target;
    struct error ignored;

    if (checkpoints->count == 0 ||
        !checkpoints_make_room(checkpoints, traced->steps[traced->count - 1].heap_size,
                               UINT64_MAX / 2))
        return;
    target = target_clone(import->mirror->target, &ignored);
    if (target)
        checkpoints_keep(checkpoints, &import->history->steps, traced->count, target,
                         &import->mirror->picture);
}

/* After a request: keep what it is time for. False when the target failed. */
static bool keep(struct import *import)
{
    size_t step = import->traced->count, total = import->source.count;

    if (step >= import->next_landmark) {
        size_t least = import->place_count > TRACED_LANDMARK_EVERY ? import->place_count
                                                                   : TRACED_LANDMARK_EVERY;

        traced_add_landmark(import->traced, import->places, import->place_count);
        import->next_landmark = step + least;
    }
    if (step >= import->next_checkpoint) {
        keep_checkpoint(import);
        import->next_checkpoint = step + total / CHECKPOINTS_WANTED + OPS_MAX;
    }
    if (step < import->next_sample || !can_sample(import))
        return true;
    import->next_sample = step + total / TRACED_SAMPLES_MOST + 1;
    return sample(import);
}

/* ---- Requests ---- */

/* The next steps, up to the one before the last. */
static size_t fill(struct import *import, struct traced_step *ahead, bool *goes_on)
{
    size_t most = import->source.count / TRACED_SAMPLES_MOST + 1;

    import->count = 0;
    while (import->count < OPS_MAX && import->count < most) {
        struct traced_step step = *ahead;

        *goes_on = import->source.next(import->source.context, ahead);
        if (!*goes_on) {
            *ahead = step;
            break;
        }
        make_place(import, step.place);
        import->pending[import->count] = step;
        import->ops[import->count++] = traced_op(&step);
    }
    return import->count;
}

static enum import_outcome request(struct import *import)
{
    const struct op_result *results = NULL;
    struct target *target = import->mirror->target;
    bool good = target_replay(target, import->ops, import->count, &results);
    size_t done = import->count;

    if (!good)
        done = target_failure(target)->op < done && results ? target_failure(target)->op : 0;
    for (size_t i = 0; i < done; i++)
        note_step(import, &import->pending[i], &results[i]);
    steps_follow_traced(&import->history->steps);
    if (!good || !keep(import))
        return IMPORT_FAILED;
    if (++import->requests % TICK_EVERY == 0 &&
        !progress_tick(&import->history->progress, import->traced->count, import->source.count))
        return IMPORT_STOPPED;
    return IMPORT_DONE;
}

/* The last step, which is told. */
static bool take_last(struct import *import, struct traced_step *row)
{
    struct mirror *mirror = import->mirror;
    size_t number = import->traced->count + 1;
    struct metrics before;
    struct step step = {.op = {.kind = row->kind, .slot = row->place, .other = NO_VARIABLE},
                        .names = {row->place, NO_NAME},
                        .resident = RESIDENT_UNKNOWN};

    make_place(import, row->place);
    step.op.size = row->size;
    if (!read_picture(import, mirror))
        return false;
    step.before = picture_variable(&mirror->picture, row->place).payload;
    before = mirror->picture.metrics;
    if (!mirror_run(mirror, &step, (uint32_t)number))
        return false;
    note_step(import, row, &step.result);
    steps_follow_traced(&import->history->steps);
    step.metrics = mirror->picture.metrics;
    traced_add_sample(import->traced, &step.metrics);
    steps_remember(&import->history->steps, number, &step, &before, true);
    return true;
}

static enum import_outcome carry_out(struct import *import)
{
    struct traced_step ahead;
    enum import_outcome outcome = IMPORT_DONE;
    bool goes_on = true;

    if (!import->source.next(import->source.context, &ahead))
        return IMPORT_DONE;
    while (goes_on && outcome == IMPORT_DONE && fill(import, &ahead, &goes_on) > 0)
        outcome = request(import);
    if (outcome != IMPORT_DONE)
        return outcome;
    return take_last(import, &ahead) ? IMPORT_DONE : IMPORT_FAILED;
}

enum import_outcome import_run(struct history *history, struct mirror *mirror,
                               struct import_source source)
{
    struct import *import = memory_create(1, sizeof *import);
    enum import_outcome outcome;

    import->history = history;
    import->mirror = mirror;
    import->source = source;
    import->traced = traced_create(source.count);
    import->started = now();
    import->next_sample = import->next_landmark = import->next_checkpoint = 1;
    picture_set_events(&mirror->picture, NULL, 0, 0);
    traced_add_sample(import->traced, &history->opening);
    steps_begin_traced(&history->steps, import->traced);
    outcome = carry_out(import);
    free(import->places);
    free(import);
    return outcome;
}
