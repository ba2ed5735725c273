/* visit.c: going to any step of a history, and coming to be there. See history.h. */
#include <stdlib.h>

#include "base/memory.h"
#include "session/failure.h"
#include "session/history.h"
#include "session/present.h"
#include "session/recollection.h"
#include "session/retrace.h"
#include "session/traced_index.h"

/* ---- Where a visit starts ---- */

/* A process, and the step that it is at. */
struct source {
    struct target *target;
    size_t step;
    uint64_t heap_start;
    struct target_stack stack;
    const struct events *events; /* of that step */
};

/* Whether a checkpoint may lack the events of its step: traced steps are carried out untold. */
static bool lacks_events(const struct checkpoint *checkpoint, const struct steps *steps)
{
    return checkpoint->step > 0 && checkpoint->step <= steps->traced_count &&
           checkpoint->events.count == 0;
}

static struct source source_of_checkpoint(const struct checkpoint *checkpoint)
{
    return (struct source){checkpoint->target, checkpoint->step, checkpoint->heap_start,
                           checkpoint->stack, &checkpoint->events};
}

static struct source source_of_mirror(const struct mirror *mirror, size_t step)
{
    return (struct source){mirror->target, step, mirror->picture.heap_start, mirror->picture.stack,
                           &mirror->picture.events};
}

/* A fresh heap becomes the first checkpoint. */
static bool begin_again(struct history *history, const struct picture *like, struct error *error)
{
    struct mirror *mirror;

    if (!history_is_whole(history, error))
        return false;
    mirror = mirror_create(&like->config, like->names, history->waiter, error);
    if (!mirror)
        return false;
    checkpoints_keep(&history->checkpoints, &history->steps, 0, mirror->target, &mirror->picture);
    mirror->target = NULL;
    mirror_destroy(mirror);
    return true;
}

/* Find the nearest process that is not behind step number `step` and still lives. */
static bool find_source(struct history *history, const struct mirror *mirror, size_t step,
                        bool from_here, struct source *ret_source, struct error *error)
{
    struct checkpoints *checkpoints = &history->checkpoints;
    size_t here = history->steps.count, place;
    struct target_failure ignored;

    while ((place = checkpoints_until(checkpoints, step)) > 0 &&
           target_has_ended(checkpoints->items[place - 1].target, &ignored))
        checkpoints_drop(checkpoints, place - 1);
    from_here = from_here && here <= step && !target_has_ended(mirror->target, &ignored);
    if (place > 1 && checkpoints->items[place - 1].step == step &&
        lacks_events(&checkpoints->items[place - 1], &history->steps))
        place--;
    if (from_here && (place == 0 || checkpoints->items[place - 1].step <= here)) {
        *ret_source = source_of_mirror(mirror, here);
        return true;
    }
    if (place == 0 && !begin_again(history, &mirror->picture, error))
        return false;
    *ret_source = source_of_checkpoint(&checkpoints->items[place > 0 ? place - 1 : 0]);
    return true;
}

/* ---- On the way ---- */

/* A visit on its way. */
struct journey {
    struct history *history;
    struct mirror *mirror; /* at `step` */
    size_t step;
    bool can_be_stopped; /* by history->progress */
    struct visit visit;
};

static bool end_journey(struct journey *journey, enum visit_outcome outcome, size_t step)
{
    journey->visit.outcome = outcome;
    journey->visit.step = step;
    return false;
}

/* Bring the process from where it is to step number `to`. */
static bool replay(struct journey *journey, size_t to)
{
    size_t ended = to;
    enum visit_outcome outcome = retrace_steps(journey->history, journey->mirror->target,
                                               journey->step, to, journey->can_be_stopped, &ended);

    journey->step = to;
    return outcome == VISIT_DONE || end_journey(journey, outcome, ended);
}

/* Let a picture that knows of no steps know what those of a trace did, up to step number `until`.
 * Returns how many these are. */
static size_t recall_traced(const struct steps *steps, size_t until, struct picture *picture)
{
    size_t count = until < steps->traced_count ? until : steps->traced_count;

    if (count > 0)
        traced_recall_until(steps->traced, count, picture);
    return count;
}

/* How many steps may be noted one by one where all is to be had quickly. */
enum { NOTED_MOST = 4096 };

/* Note what the steps behind number `from` did, up to number `until`; whether one of them wrote to
 * the stack. */
static bool note_own(const struct steps *steps, size_t from, size_t until, struct picture *picture)
{
    bool stack_written = false;

    for (size_t i = from; i < until; i++) {
        const struct step *step = steps_at(steps, i + 1);

        picture_note(picture, step, (uint32_t)i + 1);
        stack_written = stack_written || step->result.stack_written;
    }
    return stack_written;
}

/* Let the picture know what damage there was after step number `until`. */
static void recall_damage(const struct journey *journey, size_t until)
{
    struct damage *damage = &journey->mirror->picture.damage;

    damage->wounds = wounds_copy(&journey->history->wounds);
    wounds_go(&damage->wounds, (uint32_t)until);
    if (until > 0)
        damage->defect = steps_at(&journey->history->steps, until)->defect;
}

/* Make the picture of the mirror, whose process is at `journey->step`, from the steps' results. */
static bool make_picture(struct journey *journey)
{
    const struct steps *steps = &journey->history->steps;
    struct mirror *mirror = journey->mirror;
    struct metrics metrics = history_metrics_at(journey->history, journey->step);
    size_t traced = recall_traced(steps, journey->step, &mirror->picture);
    bool stack_written = note_own(steps, traced, journey->step, &mirror->picture);

    recall_damage(journey, journey->step);
    return ((!stack_written || mirror_read_words(mirror)) && mirror_read(mirror, &metrics, NULL)) ||
           end_journey(journey, VISIT_DIED, journey->step);
}

/* The last step of which a memento can be had, up to the one that the process is at. The few traced
 * steps that have come since the index was made are noted one by one, as the user's own are. */
static size_t memento_step(const struct journey *journey)
{
    const struct steps *steps = &journey->history->steps;
    size_t traced = journey->step < steps->traced_count ? journey->step : steps->traced_count;
    size_t indexed = steps->traced ? steps->traced->index.count : 0;

    return indexed > 0 && indexed < traced && traced - indexed <= NOTED_MOST ? indexed : traced;
}

/* Whether the picture there can be had with little made of it: no step behind that one did more
 * than what is noted of it. */
static bool can_recollect(const struct journey *journey)
{
    const struct history *history = journey->history;
    const struct steps *steps = &history->steps;
    size_t from = memento_step(journey);

    if (steps->traced && steps->traced->gone > 0 && from > steps->traced->index.count)
        return false; /* only the present can be asked, which ends */
    if (!recollection_serves(&journey->mirror->picture, steps->traced, from) ||
        history->wounds.count > 0 || journey->step > from + 2 * NOTED_MOST)
        return false;
    for (size_t i = from; i < journey->step; i++) {
        const struct step *step = steps_at(steps, i + 1);

        if (step->result.stack_written || step->defect.broken != HG_INVARIANT_NONE)
            return false;
    }
    return true;
}

/* Tell how far something is that cannot be stopped. */
static bool tell_progress(void *context, size_t done, size_t total)
{
    progress_tick(context, done, total);
    return true;
}

/* The moment after a traced step. */
static struct memento take_memento(const struct journey *journey, size_t step)
{
    struct traced *traced = journey->history->steps.traced;
    const struct progress progress = {tell_progress, &journey->history->progress};

    if (traced->index.count < step && !present_is(traced, step))
        traced_index_make(traced, &progress);
    return memento_of(traced, step);
}

/* The same as make_picture, with little made of it. */
static bool recollect_picture(struct journey *journey)
{
    const struct steps *steps = &journey->history->steps;
    size_t from = memento_step(journey), until = journey->step;
    struct memento memento = take_memento(journey, from);
    struct picture *picture = &journey->mirror->picture;
    struct metrics metrics = history_metrics_at(journey->history, until);
    bool good, is_read;

    recollection_begin(picture, &memento);
    note_own(steps, from, until, picture);
    good = recollection_read(journey->mirror, &memento, &metrics, NULL, &journey->history->room,
                             &is_read);
    memento_finish(&memento);
    if (good && !is_read)
        good = mirror_read(journey->mirror, &metrics, NULL);
    for (size_t i = from; good && is_read && i < until; i++)
        recollection_look_again(picture, steps_at(steps, i + 1)->result.payload);
    if (good && is_read && from < until)
        block_table_set_requested(&picture->blocks, metrics.requested);
    return good || end_journey(journey, VISIT_DIED, until);
}

static bool read_picture(struct journey *journey)
{
    return can_recollect(journey) ? recollect_picture(journey) : make_picture(journey);
}

bool history_tell(struct mirror *mirror, const struct step *known, size_t number,
                  struct visit *visit)
{
    struct step *told = &visit->told;
    bool good;

    *told = *known;
    told->before = picture_variable(&mirror->picture, told->op.slot).payload;
    visit->before = mirror->picture.metrics;
    good = mirror_run(mirror, told, (uint32_t)number);
    if (told->collected != known->collected)
        free(told->collected);
    told->collected = known->collected;
    told->metrics = mirror->picture.metrics;
    visit->was_told = good;
    return good;
}

/* Carry out the next step, with its events. */
static bool take_last_step(struct journey *journey)
{
    const struct steps *steps = &journey->history->steps;
    const struct step *step = steps_at(steps, ++journey->step);
    const struct step *told = &journey->visit.told;
    bool is_traced = journey->step <= steps->traced_count;

    if (!history_tell(journey->mirror, step, journey->step, &journey->visit))
        return end_journey(journey, VISIT_DIED, journey->step);
    return (retrace_is_same(&told->result, &step->result) &&
            (is_traced || (told->result.visits == step->result.visits &&
                           told->result.reason == step->result.reason))) ||
           end_journey(journey, VISIT_DIFFERED, journey->step);
}

static bool travel(struct journey *journey, const struct source *source, size_t step)
{
    bool has_events = step > 0 && !steps_at(&journey->history->steps, step)->left_out;

    if (source->step == step) {
        picture_set_events(&journey->mirror->picture, source->events->items, source->events->count,
                           source->events->dropped);
        picture_set_said(&journey->mirror->picture, text_string(&source->events->said),
                         source->events->said.length);
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

struct visit history_visit(struct history *history, const struct mirror *mirror, size_t step,
                           bool from_here, struct error *error)
{
    struct journey journey = {.history = history, .can_be_stopped = from_here};
    struct target_failure ignored;
    struct source source;
    struct target *target;

    if (step < steps_gone(&history->steps) && !history_is_whole(history, error))
        return (struct visit){.outcome = VISIT_NO_PROCESS};
    do {
        if (!find_source(history, mirror, step, from_here, &source, error))
            return (struct visit){.outcome = VISIT_NO_PROCESS};
        target = target_clone(source.target, TARGET_CLONE_ACTS, error);
    } while (!target && target_has_ended(source.target, &ignored)); /* another, then */
    if (!target)
        return (struct visit){.outcome = VISIT_NO_PROCESS};
    journey.step = source.step;
    journey.mirror = mirror_of(target, source.heap_start, source.stack, &mirror->picture);
    if (travel(&journey, &source, step)) {
        journey.visit.mirror = journey.mirror;
        return journey.visit;
    }
    describe(&journey, error);
    mirror_destroy(journey.mirror);
    return journey.visit;
}

/* ---- Moving ---- */

/* Keep the process at a checkpoint of its own, if that is far enough from the one before; so
 * redoing all that is undone from there costs nothing. */
static void leave(struct history *history, struct mirror *mirror)
{
    struct checkpoints *checkpoints = &history->checkpoints;
    size_t place = checkpoints_until(checkpoints, history->steps.count);
    struct target_failure ignored;

    if (place == 0 || checkpoints->since < checkpoints->interval / 4 ||
        target_has_ended(mirror->target, &ignored) ||
        !checkpoints_make_room(checkpoints, mirror->picture.metrics.heap_size,
                               checkpoints->items[place - 1].cost + checkpoints->since))
        return;
    checkpoints_keep(checkpoints, &history->steps, history->steps.count, mirror->target,
                     &mirror->picture);
    mirror->target = NULL;
}

void history_move(struct history *history, struct mirror **mirror, const struct visit *visit,
                  size_t step)
{
    struct checkpoints *checkpoints = &history->checkpoints;
    size_t place;

    leave(history, *mirror);
    block_pack_leave((*mirror)->picture.blocks.pack, &history->room);
    checkpoints_part(checkpoints, (*mirror)->target);
    (*mirror)->target = NULL;
    mirror_destroy(*mirror);
    *mirror = visit->mirror;
    if (visit->was_told)
        steps_remember(&history->steps, step, &visit->told, &visit->before, true);
    history->steps.count = step;
    history->sources.now = step > 0 ? steps_at(&history->steps, step)->mark : 0;
    place = checkpoints_until(checkpoints, step);
    checkpoints->since = 0;
    if (place > 0)
        checkpoints->since =
            checkpoint_cost_between(&history->steps, checkpoints->items[place - 1].step, step);
}
