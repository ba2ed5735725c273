/* timeline.c: see timeline.h. */
#include "session/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/failure.h"
#include "session/session.h"

/* ---- What a replay costs ---- */

/* Nanoseconds of work in a step: what was measured in the allocator, what was written besides, and
 * what each operation takes of request and reply. */
static uint64_t cost_of(const struct step *step)
{
    enum { BYTES_PER_NS = 4, REQUEST_NS = 100 };
    uint64_t filled = step->op.kind == OP_FILL ? step->op.size : 0;

    return step->result.nanoseconds + filled / BYTES_PER_NS + REQUEST_NS;
}

static uint64_t cost_between(const struct steps *steps, size_t from, size_t to)
{
    uint64_t cost = 0;

    for (size_t i = from; i < to; i++)
        cost += cost_of(&steps->items[i]);
    return cost;
}

/* ---- Keeping checkpoints ---- */

static void checkpoint_finish(struct checkpoint *checkpoint)
{
    target_destroy(checkpoint->target);
    free(checkpoint->events);
}

void timeline_finish(struct timeline *timeline)
{
    for (size_t i = 0; i < timeline->count; i++)
        checkpoint_finish(&timeline->items[i]);
    free(timeline->items);
    *timeline = (struct timeline){0};
}

static void drop(struct timeline *timeline, size_t index)
{
    checkpoint_finish(&timeline->items[index]);
    memmove(&timeline->items[index], &timeline->items[index + 1],
            (--timeline->count - index) * sizeof timeline->items[0]);
}

void timeline_cut(struct timeline *timeline, size_t step)
{
    while (timeline->count > 0 && timeline->items[timeline->count - 1].step > step)
        drop(timeline, timeline->count - 1);
}

/* How many checkpoints are not behind step number `step`. */
static size_t count_until(const struct timeline *timeline, size_t step)
{
    size_t count = 0;

    while (count < timeline->count && timeline->items[count].step <= step)
        count++;
    return count;
}

/* Drop the checkpoint that can best be done without, seen from where `here` nanoseconds of work
 * have been done; the first one and the last stay. */
static void thin(struct timeline *timeline, uint64_t here)
{
    const struct checkpoint *items = timeline->items;
    uint64_t whole = items[timeline->count - 1].cost / 4 + timeline->interval;
    double least = 0;
    size_t best = 0;

    for (size_t i = 1; i + 1 < timeline->count; i++) {
        uint64_t away = items[i].cost > here ? items[i].cost - here : here - items[i].cost;
        double gap = (double)(items[i + 1].cost - items[i - 1].cost) / (double)(away + whole);

        if (best == 0 || gap < least) {
            best = i;
            least = gap;
        }
    }
    if (best > 0)
        drop(timeline, best);
}

/* How many checkpoints there may be of heaps of this size, beside the one at step 0. */
static size_t most_of(uint64_t heap_size)
{
    uint64_t most = CHECKPOINT_MEMORY / (heap_size + 1);

    return most < CHECKPOINTS_MAX ? (size_t)most : CHECKPOINTS_MAX;
}

/* Insert a checkpoint, whose cost is not set yet, in its place. */
static void insert(struct timeline *timeline, const struct steps *steps,
                   struct checkpoint *checkpoint)
{
    size_t place = count_until(timeline, checkpoint->step);

    timeline->items = memory_reserve(timeline->items, &timeline->capacity, timeline->count + 1,
                                     sizeof timeline->items[0]);
    if (place > 0)
        checkpoint->cost = timeline->items[place - 1].cost +
                           cost_between(steps, timeline->items[place - 1].step, checkpoint->step);
    memmove(&timeline->items[place + 1], &timeline->items[place],
            (timeline->count++ - place) * sizeof timeline->items[0]);
    timeline->items[place] = *checkpoint;
}

/* Keep `target`, which is taken over, as a checkpoint at step number `step`. The events are those
 * of `mirror`, if there is one. */
static void keep(struct timeline *timeline, const struct steps *steps, size_t step,
                 struct target *target, uint64_t heap_start, const struct mirror *mirror)
{
    struct checkpoint checkpoint = {.step = step, .target = target, .heap_start = heap_start};

    checkpoint.events = memory_create(mirror->event_count + 1, sizeof checkpoint.events[0]);
    memory_copy(checkpoint.events, mirror->events,
                mirror->event_count * sizeof checkpoint.events[0]);
    checkpoint.event_count = mirror->event_count;
    checkpoint.events_dropped = mirror->events_dropped;
    insert(timeline, steps, &checkpoint);
}

void timeline_begin(struct session *session)
{
    const struct mirror *mirror = session->mirror;
    struct error ignored;
    struct target *target = target_clone(mirror->target, &ignored);

    session->timeline.interval = CHECKPOINT_INTERVAL_NS;
    if (target)
        keep(&session->timeline, &session->steps, 0, target, mirror->heap_start, mirror);
}

/* Make room for one more; whether there can be one. */
static bool make_room(struct timeline *timeline, uint64_t heap_size, uint64_t here)
{
    size_t most = most_of(heap_size);

    while (timeline->count > 1 && timeline->count > most) {
        size_t count = timeline->count;

        thin(timeline, here);
        if (timeline->count == count)
            drop(timeline, count - 1);
    }
    return most > 0;
}

void timeline_note(struct session *session, size_t step)
{
    struct timeline *timeline = &session->timeline;
    const struct mirror *mirror = session->mirror;
    struct target *target;
    struct error ignored;
    uint64_t here;

    if (timeline->count == 0)
        return;
    timeline->since += cost_of(&session->steps.items[step - 1]);
    if (timeline->since < timeline->interval)
        return;
    here = timeline->items[timeline->count - 1].cost + timeline->since;
    timeline->since = 0;
    if (!make_room(timeline, mirror->metrics.heap_size, here))
        return;
    target = target_clone(mirror->target, &ignored);
    if (target)
        keep(timeline, &session->steps, step, target, mirror->heap_start, mirror);
}

/* ---- Visiting ---- */

/* Where a visit starts: a process, and the step that it is at. */
struct source {
    struct target *target;
    size_t step;
    uint64_t heap_start;
    const struct hg_event *events; /* of that step */
    size_t event_count;
    uint64_t events_dropped;
};

static struct source source_of_checkpoint(const struct checkpoint *checkpoint)
{
    return (struct source){.target = checkpoint->target,
                           .step = checkpoint->step,
                           .heap_start = checkpoint->heap_start,
                           .events = checkpoint->events,
                           .event_count = checkpoint->event_count,
                           .events_dropped = checkpoint->events_dropped};
}

static struct source source_of_mirror(const struct mirror *mirror, size_t step)
{
    return (struct source){.target = mirror->target,
                           .step = step,
                           .heap_start = mirror->heap_start,
                           .events = mirror->events,
                           .event_count = mirror->event_count,
                           .events_dropped = mirror->events_dropped};
}

/* A fresh heap becomes the first checkpoint. */
static bool begin_again(struct session *session, struct error *error)
{
    struct mirror *mirror = mirror_create(&session->mirror->config, error);

    if (!mirror)
        return false;
    keep(&session->timeline, &session->steps, 0, mirror->target, mirror->heap_start, mirror);
    mirror->target = NULL;
    mirror_destroy(mirror);
    return true;
}

/* Find the nearest process that is not behind step number `step` and still lives. */
static bool find_source(struct session *session, size_t step, bool from_here,
                        struct source *ret_source, struct error *error)
{
    struct timeline *timeline = &session->timeline;
    size_t here = session->steps.count, place;
    struct target_failure ignored;

    while ((place = count_until(timeline, step)) > 0 &&
           target_has_ended(timeline->items[place - 1].target, &ignored))
        drop(timeline, place - 1);
    from_here = from_here && here <= step && !target_has_ended(session->mirror->target, &ignored);
    if (from_here && (place == 0 || timeline->items[place - 1].step <= here)) {
        *ret_source = source_of_mirror(session->mirror, here);
        return true;
    }
    if (place == 0 && !begin_again(session, error))
        return false;
    *ret_source = source_of_checkpoint(&timeline->items[place > 0 ? place - 1 : 0]);
    return true;
}

/* Whether both led to the same; not how: a replay does not tell. */
static bool same_result(const struct op_result *a, const struct op_result *b)
{
    return a->payload == b->payload && a->usable == b->usable && a->heap_size == b->heap_size &&
           a->refused == b->refused;
}

/* A visit on its way. */
struct journey {
    struct session *session;
    struct mirror *mirror; /* at `step` */
    size_t step;
    bool can_be_stopped; /* by session->progress */
    struct visit visit;
};

static bool end_journey(struct journey *journey, enum visit_outcome outcome, size_t step)
{
    journey->visit.outcome = outcome;
    journey->visit.step = step;
    return false;
}

/* Compare the results of steps replayed with what they were; `numbers` are theirs. */
static bool compare(struct journey *journey, const size_t *numbers, const struct op_result *results,
                    size_t count)
{
    const struct step *items = journey->session->steps.items;

    for (size_t i = 0; i < count; i++) {
        if (!same_result(&results[i], &items[numbers[i] - 1].result))
            return end_journey(journey, VISIT_DIFFERED, numbers[i]);
    }
    return true;
}

/* The operation, of `count`, that the process did not survive. */
static size_t op_at_fault(const struct target *target, size_t count)
{
    uint64_t op = target_failure(target)->op;

    return op < count ? (size_t)op : count - 1;
}

/* Carry out as many of the steps behind the one we are at, up to number `to`, as one request can
 * hold. */
static bool replay_some(struct journey *journey, size_t to)
{
    const struct step *items = journey->session->steps.items;
    struct target *target = journey->mirror->target;
    struct op *ops = memory_create(OPS_MAX, sizeof ops[0]);
    size_t *numbers = memory_create(OPS_MAX, sizeof numbers[0]), count = 0;
    const struct op_result *results = NULL;
    bool good;

    for (; journey->step < to && count < OPS_MAX; journey->step++) {
        const struct step *step = &items[journey->step];

        if (!step->left_out) {
            numbers[count] = journey->step + 1;
            ops[count++] = step->op;
        }
    }
    if (count == 0 || target_replay(target, ops, count, &results))
        good = compare(journey, numbers, results, count);
    else
        good = end_journey(journey, VISIT_DIED, numbers[op_at_fault(target, count)]);
    free(ops);
    free(numbers);
    return good;
}

/* Bring the process from where it is to step number `to`. */
static bool replay(struct journey *journey, size_t to)
{
    const struct session *session = journey->session;

    while (journey->step < to) {
        if (!replay_some(journey, to))
            return false;
        if (session->progress && journey->step < to &&
            !session->progress(session->progress_context, journey->step, to) &&
            journey->can_be_stopped)
            return end_journey(journey, VISIT_STOPPED, journey->step);
    }
    return true;
}

/* Make the picture of the mirror, whose process is at `journey->step`, from the steps' results. */
static bool read_picture(struct journey *journey)
{
    const struct step *items = journey->session->steps.items;
    struct mirror *mirror = journey->mirror;
    size_t until = journey->step;

    for (size_t i = 0; i < until; i++)
        mirror_note(mirror, &items[i].op, (uint32_t)i + 1, &items[i].result);
    return mirror_read(mirror, until > 0 ? &items[until - 1].metrics : &mirror->opening) ||
           end_journey(journey, VISIT_DIED, until);
}

/* Carry out the next step, with its events. */
static bool take_last_step(struct journey *journey)
{
    const struct step *step = &journey->session->steps.items[journey->step++];
    struct op_result result;

    if (!mirror_run(journey->mirror, &step->op, (uint32_t)journey->step, &result))
        return end_journey(journey, VISIT_DIED, journey->step);
    return (same_result(&result, &step->result) && result.visits == step->result.visits &&
            result.reason == step->result.reason) ||
           end_journey(journey, VISIT_DIFFERED, journey->step);
}

static bool travel(struct journey *journey, const struct source *source, size_t step)
{
    bool has_events = step > 0 && !journey->session->steps.items[step - 1].left_out;

    if (source->step == step) {
        mirror_set_events(journey->mirror, source->events, source->event_count,
                          source->events_dropped);
        return read_picture(journey);
    }
    return replay(journey, has_events ? step - 1 : step) && read_picture(journey) &&
           (!has_events || take_last_step(journey));
}

static void describe(const struct journey *journey, struct error *error)
{
    const struct visit *visit = &journey->visit;
    struct text failure = {0};

    switch (visit->outcome) {
    case VISIT_DONE:
    case VISIT_NO_PROCESS: break;
    case VISIT_DIED:
        failure_add(target_failure(journey->mirror->target), &failure);
        error_set(error, "step %zu: %s", visit->step, text_string(&failure));
        break;
    case VISIT_DIFFERED:
        error_set(error, "step %zu does not go as it went before", visit->step);
        break;
    case VISIT_STOPPED: error_set(error, "stopped at step %zu", visit->step); break;
    }
    text_finish(&failure);
}

struct visit timeline_visit(struct session *session, size_t step, bool from_here,
                            struct error *error)
{
    struct journey journey = {.session = session, .can_be_stopped = from_here};
    struct target_failure ignored;
    struct source source;
    struct target *target;

    do {
        if (!find_source(session, step, from_here, &source, error))
            return (struct visit){.outcome = VISIT_NO_PROCESS};
        target = target_clone(source.target, error);
    } while (!target && target_has_ended(source.target, &ignored)); /* another, then */
    if (!target)
        return (struct visit){.outcome = VISIT_NO_PROCESS};
    journey.step = source.step;
    journey.mirror = mirror_of(target, source.heap_start, session->mirror);
    if (travel(&journey, &source, step)) {
        journey.visit.mirror = journey.mirror;
        return journey.visit;
    }
    describe(&journey, error);
    mirror_destroy(journey.mirror);
    return journey.visit;
}

/* ---- Moving ---- */

/* Keep the session's process at a checkpoint of its own, if that is far enough from the one before;
 * so redoing all that is undone from there costs nothing. */
static void leave(struct session *session)
{
    struct timeline *timeline = &session->timeline;
    struct mirror *mirror = session->mirror;
    size_t place = count_until(timeline, session->steps.count);
    struct target_failure ignored;

    if (place == 0 || timeline->since < timeline->interval / 4 ||
        target_has_ended(mirror->target, &ignored) ||
        !make_room(timeline, mirror->metrics.heap_size,
                   timeline->items[place - 1].cost + timeline->since))
        return;
    keep(timeline, &session->steps, session->steps.count, mirror->target, mirror->heap_start,
         mirror);
    mirror->target = NULL;
}

void timeline_move(struct session *session, struct mirror *mirror, size_t step)
{
    struct timeline *timeline = &session->timeline;
    size_t place;

    leave(session);
    mirror_destroy(session->mirror);
    session->mirror = mirror;
    session->steps.count = step;
    place = count_until(timeline, step);
    timeline->since =
        place > 0 ? cost_between(&session->steps, timeline->items[place - 1].step, step) : 0;
}
