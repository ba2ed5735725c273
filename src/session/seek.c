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

size_t seek_peak(const struct history *history)
{
    const struct steps *steps = &history->steps;
    uint64_t most = history->opening.requested;
    size_t peak = 0;

    for (size_t number = 1; number <= steps->known; number++) {
        uint64_t live = steps_live(steps, number);

        if (live > most) {
            most = live;
            peak = number;
        }
    }
    return peak;
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
        if (pleases(context, moment))
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
