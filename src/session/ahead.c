/* ahead.c: see ahead.h. */
#include "session/ahead.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "session/act.h"
#include "session/replay.h"

void ahead_finish(struct ahead *ahead)
{
    free(ahead->foresights);
    *ahead = (struct ahead){0};
}

bool ahead_is_beyond(const struct ahead *ahead)
{
    return ahead->received > 0 || ahead->in_flight > 0 || ahead->has_failed;
}

static struct begun *begun_at(struct ahead *ahead, size_t index)
{
    return &ahead->begun[(ahead->first + index) % AHEAD_MAX];
}

/* ---- Foreseeing ---- */

static struct foresight *foresight_of(struct ahead *ahead, uint32_t name)
{
    ahead->foresights = memory_reserve(ahead->foresights, &ahead->capacity, (size_t)name + 1,
                                       sizeof ahead->foresights[0]);
    while (ahead->names <= name)
        ahead->foresights[ahead->names++] = (struct foresight){0};
    return &ahead->foresights[name];
}

/* The place of a variable that is to be given a payload. */
static bool foresee_place(struct session *session, uint32_t name, uint32_t *ret_place)
{
    struct ahead *ahead = &session->ahead;
    const struct foresight *foresight = foresight_of(ahead, name);

    *ret_place = foresight->place;
    if (foresight->pending > 0 || picture_find(&session->mirror->picture, name, ret_place))
        return true;
    if (ahead->variables >= VARIABLES_MAX)
        return false;
    *ret_place = (uint32_t)ahead->variables++;
    return true;
}

/* Whether it makes sense to give back what a variable points to; and its place. */
static bool foresee_taking(struct session *session, const struct action *action, uint32_t name,
                           uint32_t *ret_place)
{
    const struct foresight *foresight = foresight_of(&session->ahead, name);
    struct error ignored;
    struct step step;

    *ret_place = foresight->place;
    if (foresight->pending > 0)
        return foresight->is_live;
    return act_prepare(session, action, &step, &ignored) &&
           picture_find(&session->mirror->picture, name, ret_place);
}

#define UNFORESEEN                                                                                 \
    (OP_FILLS | OP_POINTS | OP_STORES | OP_LINKS | OP_ENTERS | OP_DECLARES | OP_LEAVES)

/* The operation of an action that can be foreseen to make sense. Nothing is foreseen of one that
 * depends on what a variable points to, or that may take long. */
static bool foresee(struct session *session, const struct action *action, struct begun *ret_begun)
{
    unsigned traits = op_info(action->kind)->traits;
    struct op op = {.kind = action->kind,
                    .size = action->size,
                    .argument = action->argument,
                    .other = NO_VARIABLE};
    uint32_t name = NO_NAME;

    if (action->forced || action->window > 0 || traits & UNFORESEEN || target_waits_longer(&op))
        return false;
    if (traits & OP_NAMES) {
        if (!name_is_valid(action->name)) /* it is in another frame */
            return false;
        name = names_add(&session->history->names, action->name);
        if (!(traits & OP_TAKES ? foresee_taking(session, action, name, &op.slot)
                                : foresee_place(session, name, &op.slot)))
            return false;
    }
    *ret_begun = (struct begun){op, name};
    return true;
}

/* What is foreseen of a variable after the operation. */
static void note_foresight(struct ahead *ahead, const struct begun *begun)
{
    struct foresight *foresight;

    if (begun->name == NO_NAME)
        return;
    foresight = foresight_of(ahead, begun->name);
    foresight->pending++;
    foresight->place = begun->op.slot;
    foresight->is_live = op_has(&begun->op, OP_GIVES);
}

static void forget_foresight(struct ahead *ahead, const struct begun *begun)
{
    if (begun->name != NO_NAME)
        foresight_of(ahead, begun->name)->pending--;
}

/* ---- Over to the heap process, and back ---- */

static void send(struct session *session)
{
    struct ahead *ahead = &session->ahead;
    size_t unsent = ahead->count - ahead->received;
    size_t count = unsent < RUN_OPS_MAX ? unsent : RUN_OPS_MAX;
    struct op ops[RUN_OPS_MAX];

    for (size_t i = 0; i < count; i++)
        ops[i] = begun_at(ahead, ahead->received + i)->op;
    if (target_send(session->mirror->target, ops, count, ahead->wants_lists))
        ahead->in_flight = count;
    else
        ahead->has_failed = true;
}

/* Whether the heap process can go on: nothing has to be asked of it about where it is now. */
static bool can_go_on(const struct session *session)
{
    const struct ahead *ahead = &session->ahead;
    struct target_change last;

    if (ahead->in_flight > 0 || ahead->has_failed)
        return false;
    if (ahead->received == 0)
        return true;
    target_change(session->mirror->target, ahead->next + ahead->received - 1, &last);
    return last.is_whole && !history_is_due(session->history);
}

/* See to it that what came of the first is known, and let the heap process go on meanwhile. */
static void fetch(struct session *session)
{
    struct ahead *ahead = &session->ahead;

    if (ahead->received > 0)
        return;
    if (can_go_on(session))
        send(session);
    if (ahead->in_flight > 0) {
        ahead->has_failed = !target_receive(session->mirror->target, &ahead->received);
        ahead->in_flight = ahead->next = 0;
    }
    if (ahead->count > ahead->received && can_go_on(session))
        send(session);
}

/* ---- Beginning ---- */

bool session_begin_act(struct session *session, const struct action *action, bool lists)
{
    struct ahead *ahead = &session->ahead;
    const struct history *history = session->history;
    struct begun begun;

    if (ahead->count == 0)
        ahead->variables = session->mirror->picture.variables.count;
    if (picture_is_guarded(&session->mirror->picture) ||
        damage_is_known(&session->mirror->picture.damage) || ahead->count == AHEAD_MAX ||
        history->steps.known != history->steps.count || history->watches_pages ||
        (ahead->count > 0 && ahead->wants_lists != lists) || !foresee(session, action, &begun))
        return false;
    ahead->wants_lists = lists;
    note_foresight(ahead, &begun);
    *begun_at(ahead, ahead->count++) = begun;
    if (ahead->count - ahead->received >= RUN_OPS_MAX && can_go_on(session))
        send(session);
    return true;
}

/* ---- Finishing ---- */

/* Forget all that has begun. */
static void forget(struct session *session)
{
    struct ahead *ahead = &session->ahead;

    for (size_t i = 0; i < ahead->count; i++)
        forget_foresight(ahead, begun_at(ahead, i));
    ahead->count = ahead->received = ahead->in_flight = 0;
    ahead->has_failed = false;
}

/* Replace the heap process by one that is at the last step that was finished; what is seen of that
 * stays. Where there cannot be one, there is none. */
static bool step_back(struct session *session, struct error *error)
{
    struct picture *picture = &session->mirror->picture;
    struct events seen = picture->events;
    size_t count = session->history->steps.count;

    picture->events = (struct events){0};
    if (!replay_recover(session, error)) {
        picture->events = seen;
        target_abandon(session->mirror->target);
        return false;
    }
    if (session->history->steps.count < count) {
        free(seen.items);
        replay_add_notice(session, "the steps from number %zu on could not be had again",
                          session->history->steps.count + 1);
        return true;
    }
    picture = &session->mirror->picture;
    free(picture->events.items);
    picture->events = seen;
    return true;
}

static bool forget_and_step_back(struct session *session, struct error *error)
{
    bool is_beyond = ahead_is_beyond(&session->ahead);

    forget(session);
    return !is_beyond || step_back(session, error);
}

/* It was not to be foreseen: act alone. */
static bool act_alone(struct session *session, const struct action *action, struct error *error)
{
    return forget_and_step_back(session, error) && session_act(session, action, error);
}

static bool is_same(const struct op *a, const struct op *b)
{
    return a->kind == b->kind && a->slot == b->slot && a->size == b->size &&
           a->argument == b->argument;
}

/* The heap process failed in the first action. */
static bool fail_first(struct session *session, const struct step *step,
                       const struct action *action, struct error *error)
{
    bool is_idle = target_failure(session->mirror->target)->idle;

    forget(session);
    return is_idle ? session_act(session, action, error) : act_fail(session, step, action, error);
}

static void pop(struct ahead *ahead, const struct target_change *change)
{
    forget_foresight(ahead, begun_at(ahead, 0));
    ahead->first = (ahead->first + 1) % AHEAD_MAX;
    ahead->count--;
    ahead->received--;
    ahead->next++;
    ahead->items = change->items;
    ahead->item_count = change->item_count;
}

bool session_finish_act(struct session *session, const struct action *action, struct error *error)
{
    struct ahead *ahead = &session->ahead;
    struct target_change change;
    struct error ignored;
    struct step step;
    bool is_there;

    fetch(session);
    if (!act_prepare(session, action, &step, error) || !is_same(&step.op, &begun_at(ahead, 0)->op))
        return act_alone(session, action, error);
    if (ahead->received == 0)
        return fail_first(session, &step, action, error);
    is_there = ahead->received == 1 && ahead->in_flight == 0 && !ahead->has_failed;
    target_change(session->mirror->target, ahead->next, &change);
    step.result = change.result;
    if (!mirror_follow(session->mirror, &step, (uint32_t)session->history->steps.count + 1, &change,
                       is_there))
        return is_there ? fail_first(session, &step, action, error)
                        : act_alone(session, action, error);
    pop(ahead, &change);
    if (act_conclude(session, &step, is_there, error))
        return true;
    forget_and_step_back(session, &ignored);
    return false;
}
