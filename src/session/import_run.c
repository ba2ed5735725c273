/* import_run.c: see import_run.h. Steps go over to the heap process as those of a replay do,
 * thousands in a request and without being told of; only the last one is told. While the heap
 * process carries out those of a request, those of the one before are noted, and those of the next
 * are gathered. On the way, checkpoints, samples of all measures and landmarks are kept, so that
 * any moment is a short replay away; what was sampled takes a moment, or an eighth of the time, at
 * the most. */
#include "session/import_run.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "session/past.h"
#include "session/recollection.h"
#include "session/traced_index.h"

enum {
    PLACES_APART = 4,               /* so many steps a place: a landmark is 3 bytes a step */
    CHECKPOINTS_WANTED = 40,        /* the others are for where the user goes */
    TICK_EVERY = 16,                /* requests */
    PAST_LOOKED_AT_EVERY = 1 << 15, /* steps */
    LOOKS_NS = 100 * 1000 * 1000,   /* samples may take as long as that, */
    LOOKS_SHARE = 8, /* or one part in so many of all; so may checkpoints of a program
                                     that runs, as it waits meanwhile */
};

/* Steps of a request. */
struct batch {
    struct traced_step rows[OPS_MAX];
    size_t count;
};

struct import {
    struct history *history;
    struct mirror *mirror;
    size_t expected;         /* steps */
    size_t sharers;          /* so many imports share the time and the processes that there are */
    bool is_known;           /* what comes of each step: it is compared */
    struct progress reading; /* of the heap, which is not stopped halfway: */
    bool is_stopped;         /* the history's progress wanted that meanwhile */
    bool differs;            /* and was not the same: */
    struct import_difference difference;
    struct traced *traced;
    struct traced_place *places; /* what was done to each variable, */
    uint64_t *held;              /* and the bytes asked for of what it holds; 0 for nothing live */
    uint32_t place_count;
    size_t place_capacity, held_capacity;
    uint64_t live;
    struct batch batches[2];
    struct batch *gathered; /* the one that steps are added to; */
    struct batch *sent;     /* the other one: of none, where no request is on its way */
    struct op ops[OPS_MAX]; /* of those that are gathered */
    bool is_there;          /* the mirror's picture is as things are */
    bool has_last;          /* there is a step behind those: */
    struct traced_step last;
    size_t next_checkpoint; /* after step number */
    size_t next_sample, next_landmark, next_past;
    uint64_t started, sampling, cloning; /* nanoseconds */
    unsigned requests;
};

const char import_is_full[] = "more blocks are live than the 4194304 variables there can be";

_Static_assert(VARIABLES_MAX == 4194304, "as it says there");

/* ---- What came of a step ---- */

static void make_place(struct import *import, uint32_t place)
{
    size_t count = (size_t)place + 1;

    import->places =
        memory_reserve(import->places, &import->place_capacity, count, sizeof import->places[0]);
    import->held =
        memory_reserve(import->held, &import->held_capacity, count, sizeof import->held[0]);
    for (; import->place_count < count; import->place_count++) {
        import->places[import->place_count] = (struct traced_place){0};
        import->held[import->place_count] = 0;
    }
}

static void note_place(struct import *import, const struct traced_step *step)
{
    struct traced_place *place = &import->places[step->place];
    uint64_t *held = &import->held[step->place];

    if (!traced_note_place(import->traced, place, step, (uint32_t)import->traced->count + 1))
        return;
    import->live -= *held;
    *held = step->kind != OP_FREE && traced_payload(step) != OFFSET_NULL ? step->size : 0;
    import->live += *held;
}

static void take_result(struct traced_step *step, const struct op_result *result)
{
    step->payload_bits = result->payload & TRACED_SIZE_MOST;
    step->usable = result->usable & TRACED_SIZE_MOST;
    step->heap_size = result->heap_size & TRACED_SIZE_MOST;
    step->refused = result->refused != 0;
    step->nanoseconds =
        result->nanoseconds < UINT32_MAX ? (uint32_t)result->nanoseconds : UINT32_MAX;
}

/* Add a step that has been carried out. */
static void note_step(struct import *import, struct traced_step *step)
{
    uint64_t before = traced_heap_size(import->traced);

    note_place(import, step);
    step->live = import->live & TRACED_SIZE_MOST;
    if (step->heap_size != before)
        break_calls_add(&import->history->break_calls, (uint32_t)import->traced->count + 1, before,
                        step->heap_size);
    traced_add(import->traced, step);
}

/* ---- On the way ---- */

/* How many steps there will be, as far as can be told; of which some may be gone. */
static size_t expected(const struct import *import)
{
    size_t count = import->traced->count - import->traced->gone;

    return count > import->expected ? count : import->expected;
}

/* Whether the steps will be in an index of the trace: all come at once, and are about much. */
static bool is_indexed(const struct import *import)
{
    return !import->is_known && import->place_count > TRACED_PLACES_FEW;
}

/* Of steps that are known nobody stops what is read behind them. */
static bool tell_reading(void *context, size_t done, size_t total)
{
    struct import *import = context;

    import->is_stopped |=
        !progress_tick(&import->history->progress, done, total) && !import->is_known;
    return true;
}

/* Read the blocks of a mirror that has been told of the steps, which are few or short. */
static bool read_all(struct import *import, struct mirror *mirror, const struct metrics *metrics)
{
    traced_recall(import->traced, import->places, import->place_count, &mirror->picture);
    return mirror_read(mirror, metrics, &import->reading);
}

/* Let the mirror's picture be as things are. */
static bool read_picture(struct import *import, struct mirror *mirror)
{
    struct traced *traced = import->traced;
    struct metrics metrics = history_metrics_at(import->history, traced->count);
    struct memento memento;
    bool good, is_read;

    picture_forget_steps(&mirror->picture);
    if (!recollection_serves(&mirror->picture, traced, traced->count))
        return read_all(import, mirror, &metrics);
    traced_index_make(traced, &import->reading);
    memento = memento_of(traced, traced->count);
    recollection_begin(&mirror->picture, &memento);
    good = recollection_read(mirror, &memento, &metrics, &import->reading, &is_read) &&
           (is_read || mirror_read(mirror, &metrics, &import->reading));
    memento_finish(&memento);
    return good;
}

/* Measure the heap of a mirror that is used for nothing else: what variables it has does not
 * matter. */
static bool read_measures(struct import *import, struct mirror *mirror)
{
    struct metrics metrics = history_metrics_at(import->history, import->traced->count);
    const struct memento nothing = {0};
    bool is_read = false;

    if (recollection_serves(&mirror->picture, import->traced, 0) &&
        !recollection_read(mirror, &nothing, &metrics, &import->reading, &is_read))
        return false;
    return is_read || read_all(import, mirror, &metrics);
}

/* Measure all, on a picture of its own. */
static bool sample(struct import *import)
{
    const struct picture *picture = &import->mirror->picture;
    uint64_t began = clock_ns();
    struct mirror *look =
        mirror_of(import->mirror->target, picture->heap_start, picture->stack, picture);
    bool good = read_measures(import, look);

    if (good)
        traced_add_sample(import->traced, &look->picture.metrics);
    look->target = NULL;
    mirror_destroy(look);
    import->sampling += clock_ns() - began;
    return good;
}

/* Whether there is time for more of what has taken so long until now. */
static bool has_time(const struct import *import, uint64_t taken)
{
    uint64_t taken_by_all = taken * import->sharers;

    return taken_by_all <= LOOKS_NS || taken_by_all * LOOKS_SHARE <= clock_ns() - import->started;
}

static bool shall_sample(const struct import *import, size_t step)
{
    return step >= import->next_sample && has_time(import, import->sampling);
}

static bool shall_clone(const struct import *import, size_t step)
{
    return step >= import->next_checkpoint &&
           (!import->is_known || has_time(import, import->cloning));
}

static void keep_checkpoint(struct import *import)
{
    struct checkpoints *checkpoints = &import->history->checkpoints;
    const struct traced *traced = import->traced;
    uint64_t began = clock_ns();
    struct target *target;
    struct error ignored;

    if (checkpoints->count == 0 ||
        !checkpoints_make_room(checkpoints, traced->last.heap_size, UINT64_MAX / 2))
        return;
    target = target_clone(import->mirror->target, TARGET_FIRST_ACTS, &ignored);
    if (target)
        checkpoints_keep(checkpoints, &import->history->steps, traced->count, target,
                         &import->mirror->picture);
    import->cloning += clock_ns() - began;
}

/* Of a program, which goes on and on, the past is kept only so far. */
static void let_past_go(struct import *import)
{
    uint64_t most = import->history->past_bytes ? import->history->past_bytes : PAST_BYTES;

    if (most != PAST_ALL)
        past_let_go(import->history, import->mirror, most / import->sharers);
}

static void keep_landmark(struct import *import)
{
    size_t step = import->traced->count, kept = step - import->traced->gone;
    size_t least = PLACES_APART * (size_t)import->place_count;

    if (least < TRACED_LANDMARK_EVERY)
        least = TRACED_LANDMARK_EVERY;

    traced_add_landmark(import->traced, import->places, import->place_count);
    if (kept / (TRACED_LANDMARKS_MOST / 2) > least)
        least = kept / (TRACED_LANDMARKS_MOST / 2);
    import->next_landmark = step + least;
}

/* Whether the heap is to be looked at after step number `step`, so that it must not go on. */
static bool shall_look(const struct import *import, size_t step)
{
    return shall_clone(import, step) || step >= import->next_past || shall_sample(import, step);
}

/* Keep what it is time for. False when the target failed. */
static bool look(struct import *import)
{
    size_t step = import->traced->count, total = expected(import);

    if (shall_clone(import, step)) {
        keep_checkpoint(import);
        import->next_checkpoint = step + total * import->sharers / CHECKPOINTS_WANTED + OPS_MAX;
    }
    if (step >= import->next_past) {
        let_past_go(import);
        import->next_past = step + PAST_LOOKED_AT_EVERY;
    }
    if (!shall_sample(import, step))
        return true;
    import->next_sample = step + total / TRACED_SAMPLES_MOST + 1;
    return sample(import);
}

/* ---- Requests ---- */

/* Whether the program that step number `number` is of came to the same as is known of it. */
static bool went_alike(struct import *import, size_t number, const struct traced_step *known,
                       const struct op_result *result)
{
    import->differs = import->is_known && (result->payload != traced_payload(known) ||
                                           result->heap_size != known->heap_size);
    if (import->differs)
        import->difference =
            (struct import_difference){number, *known, result->payload, result->heap_size};
    return !import->differs;
}

/* Wait for the request that is on its way, if there is one, and let its steps know what came of
 * them. Only those are then left that were carried out, and went as they should.
 *   returns  false when the target failed */
static bool receive(struct import *import)
{
    struct target *target = import->mirror->target;
    struct batch *sent = import->sent;
    const struct op_result *results = NULL;
    bool good = sent->count == 0 || target_end_replay(target, &results);
    size_t done = sent->count, i = 0;

    if (!good)
        done = target_failure(target)->op < done ? target_failure(target)->op : 0;
    while (i < done &&
           went_alike(import, import->traced->count + i + 1, &sent->rows[i], &results[i])) {
        take_result(&sent->rows[i], &results[i]);
        i++;
    }
    sent->count = i;
    return good;
}

/* Send the steps that are gathered; those that were sent before have been received. */
static bool send_gathered(struct import *import)
{
    struct batch *gathered = import->gathered;

    import->gathered = import->sent;
    import->sent = gathered;
    if (gathered->count == 0)
        return true;
    import->is_there = false;
    return target_begin_replay(import->mirror->target, import->ops, gathered->count, true);
}

/* Add the steps that were received. */
static void note(struct import *import, struct batch *received)
{
    for (size_t i = 0; i < received->count; i++)
        note_step(import, &received->rows[i]);
    received->count = 0;
    steps_follow_traced(&import->history->steps);
    if (import->traced->count >= import->next_landmark && !is_indexed(import))
        keep_landmark(import);
}

/* Send the steps that are gathered, if there are any, and note those that were sent before. */
static enum import_outcome request(struct import *import)
{
    struct batch *received = import->sent;
    bool good = receive(import);
    bool goes_on = good && !import->differs;
    bool looks = goes_on && shall_look(import, import->traced->count + received->count);

    if (goes_on && !looks)
        good = send_gathered(import);
    note(import, received);
    if (looks)
        good = look(import) && send_gathered(import);
    if (import->differs)
        return IMPORT_DIFFERED;
    if (!good)
        return IMPORT_FAILED;
    if (++import->requests % TICK_EVERY == 0 && !import->is_known &&
        !progress_tick(&import->history->progress, import->traced->count, expected(import)))
        import->is_stopped = true;
    return import->is_stopped ? IMPORT_STOPPED : IMPORT_DONE;
}

/* Let all steps that are gathered be carried out, and noted. */
static enum import_outcome request_all(struct import *import)
{
    enum import_outcome outcome = import->gathered->count > 0 ? request(import) : IMPORT_DONE;

    return outcome == IMPORT_DONE && import->sent->count > 0 ? request(import) : outcome;
}

/* The last step, which is told. */
static enum import_outcome take_last(struct import *import, struct traced_step *row)
{
    struct mirror *mirror = import->mirror;
    size_t number = import->traced->count + 1;
    struct metrics before;
    struct step step = {
        .op = traced_op(row), .names = {row->place, NO_NAME}, .resident = RESIDENT_UNKNOWN};

    make_place(import, row->place);
    if (is_indexed(import) && !traced_index_make(import->traced, &import->history->progress))
        return IMPORT_STOPPED;
    if (!import->is_there && !read_picture(import, mirror))
        return IMPORT_FAILED;
    step.before = picture_variable(&mirror->picture, row->place).payload;
    before = mirror->picture.metrics;
    if (!mirror_run(mirror, &step, (uint32_t)number))
        return IMPORT_FAILED;
    if (!went_alike(import, number, row, &step.result))
        return IMPORT_DIFFERED;
    take_result(row, &step.result);
    note_step(import, row);
    steps_follow_traced(&import->history->steps);
    step.metrics = mirror->picture.metrics;
    traced_add_sample(import->traced, &step.metrics);
    steps_remember(&import->history->steps, number, &step, &before, true);
    import->is_there = true;
    return IMPORT_DONE;
}

enum import_outcome import_add(struct import *import, const struct traced_step *step)
{
    size_t most = expected(import) / TRACED_SAMPLES_MOST + 1;
    struct batch *gathered = import->gathered;
    enum import_outcome outcome;

    if (step->place >= VARIABLES_MAX) {
        outcome = import_settle(import);
        return outcome == IMPORT_DONE ? IMPORT_FULL : outcome;
    }
    if (import->has_last) {
        make_place(import, import->last.place);
        gathered->rows[gathered->count] = import->last;
        import->ops[gathered->count++] = traced_op(&import->last);
    }
    import->last = *step;
    import->has_last = true;
    if (gathered->count < OPS_MAX && gathered->count < most)
        return IMPORT_DONE;
    return import->is_known ? request_all(import) : request(import);
}

enum import_outcome import_settle(struct import *import)
{
    enum import_outcome outcome = request_all(import);

    if (outcome != IMPORT_DONE || !import->has_last)
        return outcome;
    import->has_last = false;
    return take_last(import, &import->last);
}

/* ---- The whole ---- */

static struct import *create(struct history *history, struct mirror *mirror, size_t most,
                             bool is_known)
{
    struct import *import = memory_create(1, sizeof *import);

    import->history = history;
    import->mirror = mirror;
    import->gathered = &import->batches[0];
    import->sent = &import->batches[1];
    import->expected = most;
    import->sharers = 1;
    import->is_known = is_known;
    import->reading = (struct progress){tell_reading, import};
    import->started = clock_ns();
    import->next_past = is_known ? PAST_LOOKED_AT_EVERY : SIZE_MAX;
    import->next_sample = import->next_landmark = import->next_checkpoint = 1;
    return import;
}

struct import *import_begin(struct history *history, struct mirror *mirror, size_t most,
                            bool is_known)
{
    struct import *import = create(history, mirror, most, is_known);

    import->traced = traced_create();
    picture_set_events(&mirror->picture, NULL, 0, 0);
    traced_add_sample(import->traced, &history->opening);
    steps_begin_traced(&history->steps, import->traced);
    return import;
}

struct import *import_resume(struct history *history, struct mirror *mirror, size_t most)
{
    struct import *import = create(history, mirror, most, true);
    struct traced *traced = history->steps.traced;

    import->traced = traced;
    import->is_there = true;
    import->live = traced->last.live;
    import->places = traced_places_until(traced, traced->count, &import->place_count);
    import->place_capacity = import->place_count;
    import->held = memory_reserve(NULL, &import->held_capacity, (size_t)import->place_count + 1,
                                  sizeof import->held[0]);
    for (uint32_t i = 0; i < import->place_count; i++)
        import->held[i] = traced_holds(traced, &import->places[i])
                              ? traced_rows_size(&traced->rows, import->places[i].changed)
                              : 0;
    return import;
}

void import_share(struct import *import, size_t sharers)
{
    import->sharers = sharers;
}

void import_go_on(struct import *import, struct mirror *mirror)
{
    import->is_there = import->is_there || import->mirror != mirror;
    import->mirror = mirror;
}

const struct import_difference *import_difference(const struct import *import)
{
    return import->differs ? &import->difference : NULL;
}

void import_end(struct import *import)
{
    if (!import)
        return;
    free(import->places);
    free(import->held);
    free(import);
}

enum import_outcome import_run(struct history *history, struct mirror *mirror,
                               struct import_source source)
{
    struct import *import = import_begin(history, mirror, source.count, false);
    enum import_outcome outcome = IMPORT_DONE;
    struct traced_step step;

    while (outcome == IMPORT_DONE && source.next(source.context, &step))
        outcome = import_add(import, &step);
    if (outcome == IMPORT_DONE)
        outcome = import_settle(import);
    import_end(import);
    return outcome;
}
