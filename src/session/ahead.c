/* ahead.c: see ahead.h. */
#include "session/ahead.h"

#include <signal.h>
#include <stdlib.h>

#include "base/memory.h"
#include "session/act.h"
#include "session/followed.h"
#include "session/looking.h"
#include "session/notice.h"
#include "session/recovery.h"

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

/* What is foreseen of a variable about which nothing has begun: what the picture says, if it has
 * a pointer. */
static bool foresee_from_picture(const struct picture *picture, uint32_t name,
                                 struct foresight *ret_foresight)
{
    const struct allocation *allocation;
    struct variable variable;
    uint32_t place;

    if (!picture_find(picture, name, &place))
        return false;
    variable = picture_variable(picture, place);
    allocation = ledger_find(&picture->ledger, variable.target);
    *ret_foresight = (struct foresight){
        .place = place,
        .is_live = variable_state(&variable) == VARIABLE_NULL ||
                   variable_state(&variable) == VARIABLE_LIVE,
        .is_null = variable_state(&variable) == VARIABLE_NULL,
        .bytes = allocation && variable.payload - variable.target < allocation->requested
                     ? allocation->requested - (variable.payload - variable.target)
                     : 0,
    };
    return variable.bytes == 0;
}

/* What is foreseen of the variable that a name means in the frame on top; false if nothing is. */
static bool foresee_variable(struct session *session, const char *text,
                             struct foresight *ret_foresight)
{
    uint32_t name;

    if (!name_is_valid(text)) /* it is in another frame */
        return false;
    name = names_add(&session->history->names, text);
    *ret_foresight = *foresight_of(&session->ahead, name);
    return ret_foresight->pending > 0 ||
           foresee_from_picture(&session->mirror->picture, name, ret_foresight);
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

/* What the allocator is asked for: a payload, or to take one back, or both. */
static bool foresee_on_heap(struct session *session, const struct action *action, struct op *op,
                            struct foresight *ret_after)
{
    bool gives = op_has(op, OP_GIVES);
    uint32_t name = names_add(&session->history->names, action->name);

    if (!(op_has(op, OP_TAKES) ? foresee_taking(session, action, name, &op->slot)
                               : foresee_place(session, name, &op->slot)))
        return false;
    *ret_after = (struct foresight){.place = op->slot, .is_live = gives};
    if (gives)
        ret_after->bytes = op_bytes(op);
    return true;
}

/* A pointer is copied, perhaps so many bytes further on; or NULL. */
static bool foresee_let(struct session *session, const struct action *action, struct op *op,
                        struct foresight *ret_after)
{
    struct foresight other = {.is_live = true, .is_null = true};

    if (action->other && !foresee_variable(session, action->other, &other))
        return false;
    op->other = action->other ? other.place : NO_VARIABLE;
    if ((other.is_null && op->argument > 0) ||
        !foresee_place(session, names_add(&session->history->names, action->name), &op->slot))
        return false;
    *ret_after = other;
    ret_after->place = op->slot;
    ret_after->is_live = other.is_live && op->argument == 0;
    ret_after->bytes = op->argument < other.bytes ? other.bytes - op->argument : 0;
    return true;
}

/* A slot is written to. */
static bool foresee_link(struct session *session, const struct action *action, struct op *op,
                         struct foresight *ret_after)
{
    struct foresight other = {.bytes = 1};

    if (!foresee_variable(session, action->name, ret_after) ||
        op->size >= ret_after->bytes / SLOT_BYTES ||
        (op_has(op, OP_POINTS) &&
         !(action->other && foresee_variable(session, action->other, &other))))
        return false;
    op->slot = ret_after->place;
    op->other = op_has(op, OP_POINTS) ? other.place : NO_VARIABLE;
    return other.bytes > 0;
}

#define UNFORESEEN (OP_FILLS | OP_STORES | OP_ENTERS | OP_DECLARES | OP_LEAVES)

/* The operation of an action that can be foreseen to make sense, and what is foreseen of its
 * variable then. Nothing is foreseen of one that depends on what was read from the heap, or that
 * may take long. */
static bool foresee(struct session *session, const struct action *action, struct begun *ret_begun,
                    struct foresight *ret_after)
{
    unsigned traits = op_info(action->kind)->traits;
    struct op op = {.kind = action->kind,
                    .size = action->size,
                    .argument = action->argument,
                    .other = NO_VARIABLE};
    bool good;

    *ret_begun = (struct begun){op, NO_NAME};
    if (action->forced || action->address || action->window > 0 || action->kind == OP_LOAD ||
        traits & UNFORESEEN || target_waits_longer(&op))
        return false;
    if (!(traits & OP_NAMES))
        return true;
    if (!name_is_valid(action->name)) /* it is in another frame */
        return false;
    good = traits & OP_LINKS    ? foresee_link(session, action, &op, ret_after)
           : traits & OP_POINTS ? foresee_let(session, action, &op, ret_after)
                                : foresee_on_heap(session, action, &op, ret_after);
    *ret_begun = (struct begun){op, names_add(&session->history->names, action->name)};
    return good;
}

/* What is foreseen of a variable after the operation. */
static void note_foresight(struct ahead *ahead, const struct begun *begun,
                           const struct foresight *after)
{
    struct foresight *foresight;
    uint32_t pending;

    if (begun->name == NO_NAME)
        return;
    foresight = foresight_of(ahead, begun->name);
    pending = foresight->pending;
    *foresight = *after;
    foresight->pending = pending + 1;
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
    struct foresight after;
    struct begun begun;

    if (ahead->count == 0)
        ahead->variables = session->mirror->picture.variables.count;
    if (session_is_look(session) || session_is_followed(session) ||
        picture_is_guarded(&session->mirror->picture) ||
        damage_is_known(&session->mirror->picture.damage) || ahead->count == AHEAD_MAX ||
        history->steps.known != history->steps.count || history->watches_pages ||
        (ahead->count > 0 && ahead->wants_lists != lists) ||
        !foresee(session, action, &begun, &after))
        return false;
    ahead->wants_lists = lists;
    note_foresight(ahead, &begun, &after);
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
    if (!recovery_run(session, error)) {
        picture->events = seen;
        target_abandon(session->mirror->target);
        return false;
    }
    if (session->history->steps.count < count) {
        events_finish(&seen);
        notice_add(session, "the steps from number %zu on could not be had again",
                   session->history->steps.count + 1);
        return true;
    }
    picture = &session->mirror->picture;
    events_finish(&picture->events);
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
    return a->kind == b->kind && a->slot == b->slot && a->other == b->other && a->size == b->size &&
           a->argument == b->argument;
}

/* The heap process failed in the first action. Where somebody has killed it, that is not to blame,
 * and is tried once more. */
static bool fail_first(struct session *session, const struct step *step,
                       const struct action *action, struct error *error)
{
    const struct target_failure *failure = target_failure(session->mirror->target);
    bool is_killed = failure->kind == TARGET_KILLED && failure->number == SIGKILL;
    bool is_blameless = failure->idle || is_killed;

    forget(session);
    return is_blameless ? session_act(session, action, error)
                        : act_fail(session, step, action, error);
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
