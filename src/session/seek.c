/* seek.c: see seek.h. */
#include "session/seek.h"

/* With the number of a step. */
static const char stopped[] = "stopped at step %zu; we are where we were";

/* ---- By what is known of steps ---- */

size_t seek_step(const struct session *session,
                 bool (*pleases)(const struct history *history, size_t number))
{
    const struct history *history = session->history;

    for (size_t number = history->steps.count + 1; number <= history->steps.known; number++) {
        if (pleases(history, number))
            return number;
    }
    return 0;
}

/* Let the measures be those after a traced step. */
static void take_row(struct metrics *metrics, const struct packed_rows *rows, size_t number)
{
    metrics->heap_size = traced_rows_heap_size(rows, number);
    metrics->requested = traced_rows_live(rows, number);
    if (metrics->peak_heap < metrics->heap_size)
        metrics->peak_heap = metrics->heap_size;
    if (metrics->peak_requested < metrics->requested)
        metrics->peak_requested = metrics->requested;
}

bool seek_measures(const struct session *session,
                   bool (*pleases)(const void *context, const struct metrics *metrics),
                   const void *context, size_t *ret_step, struct error *error)
{
    enum { TICK_EVERY = 1 << 18 };
    const struct history *history = session->history;
    const struct steps *steps = &history->steps;
    struct metrics metrics = history_metrics_at(history, steps->count);

    *ret_step = 0;
    for (size_t number = steps->count + 1; number <= steps->known; number++) {
        if (steps_is_traced(steps, number))
            take_row(&metrics, &steps->traced->rows, number);
        else
            metrics = steps_own(steps, number)->metrics;
        if (pleases(context, &metrics)) {
            *ret_step = number;
            return true;
        }
        if (number % TICK_EVERY == 0 &&
            !progress_tick(&history->progress, number - steps->count, steps->known - steps->count))
            return error_set_kind(error, ERROR_STOPPED, stopped, number);
    }
    return true;
}

static uint64_t heap_size_at(const struct history *history, size_t number)
{
    return number == 0 ? history->opening.heap_size : steps_heap_size(&history->steps, number);
}

bool seek_grows(const struct history *history, size_t number)
{
    return heap_size_at(history, number) > heap_size_at(history, number - 1);
}

bool seek_shrinks(const struct history *history, size_t number)
{
    return heap_size_at(history, number) < heap_size_at(history, number - 1);
}

bool seek_refused(const struct history *history, size_t number)
{
    const struct steps *steps = &history->steps;
    const struct step *step = steps_own(steps, number);

    if (steps_is_traced(steps, number)) {
        const struct traced_step row = traced_rows_deed(&steps->traced->rows, number);

        return row.refused && row.kind != OP_FREE;
    }
    return op_has(&step->op, OP_GIVES) && step->result.refused && !step->left_out;
}

/* The traced steps, if all of them are among these: then their peaks and firsts are known. */
static const struct traced *traced_of(const struct steps *steps)
{
    return steps->traced && steps->traced_count == steps->traced->count ? steps->traced : NULL;
}

/* The first of the steps after which a number was the largest, and larger than at first.
 *   traced  of the traced steps, if there are some and that is known; else 0
 *   from    the first one that is to be looked at */
static size_t find_largest(const struct steps *steps,
                           uint64_t (*value)(const struct steps *steps, size_t number),
                           uint64_t most, size_t traced, size_t from)
{
    size_t largest = 0;

    if (traced > 0 && value(steps, traced) > most) {
        most = value(steps, traced);
        largest = traced;
    }
    for (size_t number = from; number <= steps->known; number++) {
        uint64_t found = value(steps, number);

        if (found > most) {
            most = found;
            largest = number;
        }
    }
    return largest;
}

size_t seek_peak(const struct history *history)
{
    const struct traced *traced = traced_of(&history->steps);

    return find_largest(&history->steps, steps_live, history->opening.requested,
                        traced ? traced->largest_live : 0, traced ? traced->count + 1 : 1);
}

size_t seek_largest_heap(const struct history *history)
{
    const struct traced *traced = traced_of(&history->steps);

    return find_largest(&history->steps, steps_heap_size, history->opening.heap_size,
                        traced ? traced->largest_heap : 0, traced ? traced->count + 1 : 1);
}

size_t seek_first_refusal(const struct history *history)
{
    const struct traced *traced = traced_of(&history->steps);
    size_t number = 1;

    if (traced)
        number = traced->first_refused > 0 ? traced->first_refused : traced->count + 1;
    while (number <= history->steps.known && !seek_refused(history, number))
        number++;
    return number <= history->steps.known ? number : 0;
}

/* ---- By looking ---- */

struct search {
    struct session moment; /* whose mirror comes along, and whose history is the session's */
    bool (*pleases)(void *context, struct session *moment);
    void *context;
    size_t number;      /* of the step that we look at */
    size_t in_flight;   /* steps that the heap process works on meanwhile */
    bool is_found;      /* it pleases; */
    bool is_beyond;     /* the heap process has gone further */
    struct visit visit; /* else it is this */
};

static bool fail(size_t number, struct error *error)
{
    return error_set(error, "step %zu does not go as it went before", number);
}

static bool is_same(const struct op_result *result, const struct op_result *known)
{
    return result->payload == known->payload && result->heap_size == known->heap_size;
}

/* Look at where we are: the history then ends there. */
static void look(struct search *search)
{
    struct steps *steps = &search->moment.history->steps;
    size_t before = steps->count;

    steps->count = search->number;
    search->is_found = search->pleases(search->context, &search->moment);
    steps->count = before;
}

/* Carry out the next step; whether it went as before. */
static bool take(struct search *search, const struct step *known)
{
    struct mirror *mirror = search->moment.mirror;
    struct visit *visit = &search->visit;

    if (known->left_out) {
        visit->was_told = false;
        picture_set_events(&mirror->picture, NULL, 0, 0);
        picture_set_said(&mirror->picture, NULL, 0);
        return true;
    }
    return history_tell(mirror, known, search->number, visit) &&
           is_same(&visit->told.result, &known->result);
}

static bool look_at_next(struct search *search, struct error *error)
{
    const struct step *known = steps_at(&search->moment.history->steps, ++search->number);

    search->is_beyond = false;
    if (!take(search, known))
        return fail(search->number, error);
    look(search);
    return true;
}

/* ---- By looking, in runs ---- */

/* Whether no more came of a step than its result and its change say. */
static bool is_plain(const struct step *step)
{
    const unsigned plain = OP_NAMES | OP_GIVES | OP_TAKES | OP_CALLS | OP_WRITES | OP_COUNTED;
    unsigned traits = op_info(step->op.kind)->traits;

    return !step->left_out && !(traits & ~plain) && traits & (OP_GIVES | OP_TAKES) &&
           !step->op.examine && !target_waits_longer(&step->op);
}

/* Send the steps behind number `from` that can go over in one run, if there are some.
 *   returns  false when that failed */
static bool send(struct search *search, size_t from)
{
    const struct steps *steps = &search->moment.history->steps;
    struct op ops[RUN_OPS_MAX];
    size_t count = 0;

    while (count < RUN_OPS_MAX && from + count < steps->known) {
        const struct step *step = steps_at(steps, from + count + 1);

        if (!is_plain(step))
            break;
        ops[count++] = step->op;
    }
    search->in_flight = count;
    return count == 0 || target_send(search->moment.mirror->target, ops, count, false);
}

/* The next step, of a run, was carried out. */
static bool follow(struct search *search, const struct target_change *change, bool is_there)
{
    struct step step = *steps_at(&search->moment.history->steps, ++search->number);

    if (!is_same(&change->result, &step.result))
        return false;
    step.result = change->result;
    return mirror_follow(search->moment.mirror, &step, (uint32_t)search->number, change, is_there);
}

/* See what came of the steps that were sent, while those behind them are carried out. */
static bool look_along(struct search *search, struct error *error)
{
    struct target *target = search->moment.mirror->target;
    struct target_change change;
    size_t received = 0, from = search->number;

    if (!target_receive(target, &received))
        return fail(from + received + 1, error);
    search->in_flight = 0;
    search->is_beyond = true;
    target_change(target, received - 1, &change);
    if (change.is_whole && !send(search, from + received))
        return fail(from + received + 1, error);
    for (size_t i = 0; i < received && !search->is_found; i++) {
        target_change(target, i, &change);
        if (!follow(search, &change, i + 1 == received && search->in_flight == 0))
            return fail(search->number, error);
        look(search);
    }
    return true;
}

/* Whether what came of a step is known without looking at what was damaged. */
static bool may_run(const struct picture *picture)
{
    return !picture_is_guarded(picture) && !damage_is_known(&picture->damage);
}

/* ---- Seeking ---- */

enum { TICK_EVERY = 256 };

/* Look at the moments ahead of where the session is. */
static bool seek(struct search *search, bool asks, struct error *error)
{
    const struct history *history = search->moment.history;
    size_t from = history->steps.count, known = history->steps.known, ticked = from;

    while (search->number < known && !search->is_found) {
        bool runs = !asks && may_run(&search->moment.mirror->picture);

        if (search->in_flight == 0 && runs && !send(search, search->number))
            return fail(search->number + 1, error);
        if (!(search->in_flight > 0 ? look_along(search, error) : look_at_next(search, error)))
            return false;
        if (search->is_found || search->number - ticked < TICK_EVERY)
            continue;
        ticked = search->number;
        if (!progress_tick(&history->progress, ticked - from, known - from))
            return error_set_kind(error, ERROR_STOPPED, stopped, ticked);
    }
    return true;
}

/* Stay where it was found. */
static bool stay(struct session *session, struct search *search, struct error *error)
{
    if (search->is_beyond) {
        mirror_destroy(search->moment.mirror);
        return session_go(session, search->number, error);
    }
    search->visit.step = search->number;
    search->visit.mirror = search->moment.mirror;
    history_move(session->history, &session->mirror, &search->visit, search->number);
    return true;
}

bool session_seek(struct session *session, bool (*pleases)(void *context, struct session *moment),
                  void *context, bool asks, size_t *ret_step, struct error *error)
{
    struct search search = {.moment = {.history = session->history},
                            .pleases = pleases,
                            .context = context,
                            .number = session->history->steps.count};
    bool good;

    *ret_step = 0;
    search.moment.mirror = mirror_clone(session->mirror, error);
    if (!search.moment.mirror)
        return false;
    good = seek(&search, asks, error);
    if (good && search.is_found) {
        *ret_step = search.number;
        return stay(session, &search, error);
    }
    mirror_destroy(search.moment.mirror);
    return good;
}
