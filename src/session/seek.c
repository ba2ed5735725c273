/* seek.c: see seek.h. */
#include "session/seek.h"

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
    const struct traced_step *row = steps_row(&history->steps, number);
    const struct step *step = steps_own(&history->steps, number);

    if (row)
        return row->refused && row->kind != OP_FREE;
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

/* Carry out the next step of a mirror's; whether it went as before. */
static bool take(struct mirror *mirror, const struct step *known, size_t number,
                 struct visit *visit)
{
    if (known->left_out) {
        visit->was_told = false;
        picture_set_events(&mirror->picture, NULL, 0, 0);
        picture_set_said(&mirror->picture, NULL, 0);
        return true;
    }
    return history_tell(mirror, known, number, visit) &&
           visit->told.result.payload == known->result.payload &&
           visit->told.result.heap_size == known->result.heap_size;
}

enum { TICK_EVERY = 256 };

/* Whether a moment pleases: its history then ends there. */
static bool does_please(struct session *moment,
                        bool (*pleases)(void *context, struct session *moment), void *context,
                        size_t number)
{
    struct steps *steps = &moment->history->steps;
    size_t before = steps->count;
    bool good;

    steps->count = number;
    good = pleases(context, moment);
    steps->count = before;
    return good;
}

/* Look at the moments ahead on a mirror that is where the session is. */
static bool seek(struct session *moment, bool (*pleases)(void *context, struct session *moment),
                 void *context, struct visit *visit, struct error *error)
{
    struct history *history = moment->history;
    const struct steps *steps = &history->steps;

    for (size_t number = steps->count + 1; number <= steps->known; number++) {
        if (!take(moment->mirror, steps_at(steps, number), number, visit))
            return error_set(error, "step %zu does not go as it went before", number);
        visit->step = number;
        if (does_please(moment, pleases, context, number))
            return true;
        if (number % TICK_EVERY == 0 &&
            !progress_tick(&history->progress, number - steps->count, steps->known - steps->count))
            return error_set_kind(error, ERROR_STOPPED, "stopped at step %zu; we are where we were",
                                  number);
    }
    visit->step = 0;
    return true;
}

bool session_seek(struct session *session, bool (*pleases)(void *context, struct session *moment),
                  void *context, size_t *ret_step, struct error *error)
{
    struct session moment = {.history = session->history};
    struct visit visit = {0};
    bool good;

    moment.mirror = mirror_clone(session->mirror, error);
    if (!moment.mirror)
        return false;
    good = seek(&moment, pleases, context, &visit, error);
    if (!good || visit.step == 0) {
        mirror_destroy(moment.mirror);
        *ret_step = 0;
        return good;
    }
    visit.mirror = moment.mirror;
    history_move(session->history, &session->mirror, &visit, visit.step);
    *ret_step = visit.step;
    return true;
}
