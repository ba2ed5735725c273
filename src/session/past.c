/* past.c: see past.h. */
#include "session/past.h"

#include <string.h>

enum { STEPS_APART = 4 }; /* for each place */

/* Let the heap as it is after the last step be a checkpoint, whatever that takes. */
static bool keep_here(struct history *history, const struct mirror *mirror)
{
    struct error ignored;
    struct target *target = target_clone(mirror->target, TARGET_FIRST_ACTS, &ignored);

    if (target)
        checkpoints_keep(&history->checkpoints, &history->steps, history->steps.traced->count,
                         target, &mirror->picture);
    return target != NULL;
}

/* The first checkpoint that has a fourth of the steps that there are before it; 0 if none has. */
static size_t find_checkpoint(const struct history *history)
{
    const struct checkpoints *checkpoints = &history->checkpoints;
    const struct traced *traced = history->steps.traced;
    size_t least = traced->gone + (traced->count - traced->gone) / 4;

    for (size_t i = 0; i < checkpoints->count; i++) {
        size_t step = checkpoints->items[i].step;

        if (step > traced->gone && step >= least && step <= traced->count)
            return step;
    }
    return 0;
}

static void let_calls_go(struct break_calls *calls, size_t step)
{
    size_t gone = break_calls_until(calls, step);

    calls->count -= gone;
    memmove(calls->items, calls->items + gone, calls->count * sizeof calls->items[0]);
}

bool past_let_go(struct history *history, struct mirror *mirror, uint64_t bytes,
                 const struct progress *progress)
{
    struct checkpoints *checkpoints = &history->checkpoints;
    struct traced *traced = history->steps.traced;
    size_t step;

    if (checkpoints->count == 0 || traced_bytes(traced) <= bytes ||
        (traced->count - traced->gone) / STEPS_APART < traced->places)
        return false;
    step = find_checkpoint(history);
    if (step == 0 && keep_here(history, mirror))
        step = find_checkpoint(history);
    if (step == 0)
        return false;
    picture_forget_steps(&mirror->picture); /* it may ask them */
    while (checkpoints->items[0].step < step)
        checkpoints_drop(checkpoints, 0);
    traced_let_go(traced, step, progress);
    let_calls_go(&history->break_calls, step);
    return true;
}
