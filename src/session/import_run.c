/* import_run.c: see import_run.h. Steps go over to the heap process as those of a replay do,
 * thousands in a request and without being told of; only the last one is told. While the heap
 * process carries out those of a request, those of the one before are noted, and those of the next
 * are gathered. What is kept on the way is in import_keep.c. */
#include "session/import_run.h"

#include <stdlib.h>

#include "base/address_table.h"
#include "base/clock.h"
#include "base/memory.h"
#include "session/import_parts.h"
#include "session/present.h"
#include "session/traced_index.h"

enum { TICK_EVERY = 64 }; /* requests */

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
    if (import->traced->count >= import->next_landmark && !import_is_indexed(import))
        import_keep_landmark(import);
}

/* Send the steps that are gathered, if there are any, and note those that were sent before. */
static enum import_outcome request(struct import *import)
{
    struct batch *received = import->sent;
    bool good = receive(import);
    bool goes_on = good && !import->differs;
    bool looks = goes_on && import_shall_look(import, import->traced->count + received->count);

    if (goes_on && !looks)
        good = send_gathered(import);
    note(import, received);
    if (looks)
        good = import_look(import) && send_gathered(import);
    if (import->differs)
        return IMPORT_DIFFERED;
    if (!good)
        return IMPORT_FAILED;
    if (++import->requests % TICK_EVERY == 0 && !import->is_known &&
        !progress_tick(&import->history->progress, import->traced->count, import_expected(import)))
        import->is_stopped = true;
    return import->is_stopped ? IMPORT_STOPPED : IMPORT_DONE;
}

/* Let all steps that are gathered be carried out, and noted. */
static enum import_outcome request_all(struct import *import)
{
    enum import_outcome outcome = import->gathered->count > 0 ? request(import) : IMPORT_DONE;

    return outcome == IMPORT_DONE && import->sent->count > 0 ? request(import) : outcome;
}

/* The heap is going to be looked at, before the last step, with which the payloads are already. */
static void begin_present(struct import *import, const struct traced_step *last)
{
    bool has_payload = traced_payload(last) != OFFSET_NULL;
    size_t live;

    if (!import->payloads || import->traced->places <= TRACED_PLACES_FEW)
        return;
    live = import->payloads->count;
    if (last->kind == OP_FREE)
        live += has_payload;
    else if (!traced_holds(import->traced, &import->places[last->place]))
        live -= has_payload;
    present_begin(import->traced, import->payloads, live);
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
    if (import_is_indexed(import) && !traced_index_make(import->traced, &import->history->progress))
        return IMPORT_STOPPED;
    if (!import->is_there)
        begin_present(import, row);
    present_keep(import->traced, import->places, row->place);
    if (!import->is_there && !import_read_picture(import, mirror))
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

/* Another step comes. What a picture asked of a present that ends is read anew. */
static void keep_present(struct import *import, uint32_t place)
{
    struct traced *traced = import->traced;
    bool was_present = traced->present.step > 0;

    if (import->has_last)
        present_end(traced);
    else
        present_keep(traced, import->places, place);
    if (was_present && traced->present.step == 0)
        import->is_there = false;
}

enum import_outcome import_add(struct import *import, const struct traced_step *step)
{
    size_t most = import_expected(import) / TRACED_SAMPLES_MOST + 1;
    struct batch *gathered = import->gathered;
    enum import_outcome outcome;

    if (step->place >= VARIABLES_MAX) {
        import->payloads = NULL; /* which are of this step, too */
        outcome = import_settle(import);
        return outcome == IMPORT_DONE ? IMPORT_FULL : outcome;
    }
    keep_present(import, step->place);
    if (import->has_last) {
        make_place(import, import->last.place);
        gathered->rows[gathered->count] = import->last;
        import->ops[gathered->count++] = traced_op(&import->last);
    }
    import->last = *step;
    import->has_last = true;
    if (gathered->count < IMPORT_AT_ONCE && gathered->count < most)
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
    import_begin_keeping(import);
    return import;
}

struct import *import_begin(struct history *history, struct mirror *mirror, size_t most,
                            bool is_known)
{
    struct import *import = create(history, mirror, most, is_known);

    import->traced = traced_share(traced_create());
    picture_set_events(&mirror->picture, NULL, 0, 0);
    traced_add_sample(import->traced, &history->opening);
    steps_begin_traced(&history->steps, import->traced);
    return import;
}

struct import *import_resume(struct history *history, struct mirror *mirror, size_t most)
{
    struct import *import = create(history, mirror, most, true);
    struct traced *traced = history->steps.traced;

    import->traced = traced_share(traced);
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

void import_know_payloads(struct import *import, const struct address_table *payloads)
{
    import->payloads = payloads;
}

void import_leave_payloads(struct import *import, struct mirror *mirror)
{
    struct traced *traced;
    bool was_asked;

    if (!import)
        return;
    traced = import->traced;
    was_asked = traced->present.step > 0;
    import->payloads = NULL;
    if (was_asked && traced->gone == 0)
        traced_index_make(traced, &import->reading);
    present_end(traced);
    if (was_asked && traced->gone > 0 && import->is_there && import->mirror == mirror)
        import_read_picture(import, mirror);
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
    present_end(import->traced);
    traced_drop(import->traced);
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
