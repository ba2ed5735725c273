/* session.c: see session.h. */
#include "session/session.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/size.h"
#include "base/suggest.h"
#include "session/failure.h"
#include "session/replay.h"

struct session *session_create(const struct hg_config *config, struct error *error)
{
    struct history *history = history_create();
    struct mirror *mirror = mirror_create(config, &history->names, history->waiter, error);
    struct session *session;

    if (!mirror) {
        history_destroy(history);
        return NULL;
    }
    session = memory_create(1, sizeof *session);
    session->mirror = mirror;
    session->history = history;
    history_begin(history, mirror);
    return session;
}

void session_destroy(struct session *session)
{
    if (!session)
        return;
    mirror_destroy(session->mirror);
    history_destroy(session->history);
    text_finish(&session->notice);
    free(session);
}

void session_wait_with(struct session *session, const struct target_waiter *waiter)
{
    const struct checkpoints *checkpoints = &session->history->checkpoints;

    session->history->waiter = waiter;
    target_wait_with(session->mirror->target, waiter);
    for (size_t i = 0; i < checkpoints->count; i++)
        target_wait_with(checkpoints->items[i].target, waiter);
}

/* ---- Names ---- */

static bool no_such_variable(const struct session *session, const char *name, struct error *error)
{
    struct suggestion suggestion = suggestion_for(name);

    for (uint32_t slot = 0; slot < session->history->names.count; slot++) {
        if (picture_variable(&session->mirror->picture, slot).assigned)
            suggestion_consider(&suggestion, picture_name(&session->mirror->picture, slot));
    }
    error_set(error, "no variable '%s'", name);
    if (suggestion.best)
        error_append(error, "; did you mean '%s'?", suggestion.best);
    return false;
}

bool session_variable(const struct session *session, const char *name, uint32_t *ret_slot,
                      struct variable *ret_variable, struct error *error)
{
    uint32_t slot;

    if (!names_find(&session->history->names, name, &slot) ||
        !picture_variable(&session->mirror->picture, slot).assigned)
        return no_such_variable(session, name, error);
    *ret_slot = slot;
    *ret_variable = picture_variable(&session->mirror->picture, slot);
    return true;
}

/* ---- Acting ---- */

/* The target failed in `step`, which is not on the list of steps: say how, and recover. */
static bool fail_step(struct session *session, const struct step *step, const struct action *action,
                      struct error *error)
{
    const char *const names[2] = {action->name ? action->name : "", action->other};
    struct text text = {0};

    text_add(&text, "step %zu, ", session->history->steps.count + 1);
    step_add_command(step, names, &text);
    text_add(&text, ": ");
    failure_add(target_failure(session->mirror->target), &text);
    if (replay_recover(session, error)) {
        replay_add_recovery(session, &text);
        error_set(error, "%s", text_string(&text));
    }
    text_finish(&text);
    return false;
}

static bool is_not_freed(const struct action *action, const struct variable *variable,
                         struct error *error)
{
    if (variable->freed_in == 0)
        return true;
    if (action->kind == OP_FREE)
        return error_set(error,
                         "'%s' was already freed in step %" PRIu32
                         "; free! %s hands it to the allocator all the same",
                         action->name, variable->freed_in, action->name);
    return error_set(error, "'%s' points to memory that step %" PRIu32 " freed", action->name,
                     variable->freed_in);
}

/* The slot of a variable, or the next one for a name that no step up to now has used; then the name
 * gets it when the step is done. */
static bool slot_for(const struct session *session, const char *name, uint32_t *ret_slot,
                     struct error *error)
{
    size_t used = session->mirror->picture.variables.count;

    if (names_find(&session->history->names, name, ret_slot) && *ret_slot < used)
        return true;
    if (used >= VARIABLES_MAX)
        return error_set(error, "there are %u variables already, and there can be no more",
                         VARIABLES_MAX);
    *ret_slot = (uint32_t)used;
    return true;
}

/* Whether what the variable points to is something that the action can be carried out on. */
static bool suits(const struct action *action, const struct variable *variable, struct error *error)
{
    unsigned traits = op_info(action->kind)->traits;

    if (!is_not_freed(action, variable, error))
        return false;
    if (traits & OP_FILLS && variable->payload == OFFSET_NULL)
        return error_set(error, "'%s' is NULL", action->name);
    if (traits & OP_TAKES && variable_is_live(variable) && variable->payload != variable->target)
        return error_set(
            error, "'%s' points into a block, %" PRIu64 " bytes behind the start of its payload",
            action->name, variable->payload - variable->target);
    return true;
}

/* Whether the variables are such that the action can be about them; and their slots. */
static bool resolve(struct session *session, const struct action *action, struct op *op,
                    struct error *error)
{
    unsigned traits = op_info(action->kind)->traits;
    struct variable variable = {0};

    op->other = NO_VARIABLE;
    if (traits & OP_POINTS && action->other &&
        !session_variable(session, action->other, &op->other, &variable, error))
        return false;
    if (traits & OP_POINTS && action->argument > 0 &&
        (!action->other || variable.payload == OFFSET_NULL))
        return error_set(error, "%s is NULL, to which nothing can be added",
                         action->other ? action->other : "what is pointed to");
    if (!(traits & OP_NAMES))
        return true;
    if (traits & OP_POINTS || (traits & OP_GIVES && !(traits & OP_TAKES)))
        return slot_for(session, action->name, &op->slot, error);
    return session_variable(session, action->name, &op->slot, &variable, error) &&
           (action->forced || suits(action, &variable, error));
}

/* Drop the steps that were undone, and the names that only they used. */
static void drop_undone(struct session *session, size_t names_used)
{
    struct steps *steps = &session->history->steps;
    size_t undone = steps->known - steps->count;

    if (undone == 0)
        return;
    replay_add_notice(session, "the %zu step%s that %s undone cannot be redone any more", undone,
                      undone == 1 ? "" : "s", undone == 1 ? "was" : "were");
    steps->known = steps->count;
    checkpoints_cut(&session->history->checkpoints, steps->count);
    names_truncate(&session->history->names, names_used);
}

static void append(struct session *session, const struct step *step)
{
    struct steps *steps = &session->history->steps;

    steps->items =
        memory_reserve(steps->items, &steps->capacity, steps->count + 1, sizeof steps->items[0]);
    steps->items[steps->count++] = *step;
    steps->known = steps->count;
    history_note(session->history, session->mirror, steps->count);
}

/* Run a step. A process that ended before it could begin is replaced once. */
static bool run(struct session *session, struct step *step, const struct action *action,
                struct error *error)
{
    uint32_t number = (uint32_t)session->history->steps.count + 1;
    struct target_failure failure;

    if (mirror_run(session->mirror, &step->op, number, &step->result))
        return true;
    failure = *target_failure(session->mirror->target);
    if (failure.kind == TARGET_STOPPED)
        return error_set_kind(error, ERROR_STOPPED,
                              "the heap process is stopped: nothing was done");
    if (!failure.idle)
        return fail_step(session, step, action, error);
    if (!replay_revive(session, &failure, error))
        return false;
    if (session->history->steps.count + 1 != number) /* the variable may be gone with them */
        return error_set(error, "the steps from number %zu on were lost before it could be done",
                         session->history->steps.count + 1);
    return mirror_run(session->mirror, &step->op, number, &step->result) ||
           fail_step(session, step, action, error);
}

bool session_act(struct session *session, const struct action *action, struct error *error)
{
    struct step step = {
        .op = {.kind = action->kind, .size = action->size, .argument = action->argument},
        .forced = action->forced};
    size_t names_used;

    if (!resolve(session, action, &step.op, error))
        return false;
    replay_complete(&session->mirror->picture, &step);
    step.before = picture_variable(&session->mirror->picture, step.op.slot).payload;
    names_used = session->mirror->picture.variables.count;
    if (!run(session, &step, action, error))
        return false;
    if (step.result.refused && op_has(&step.op, OP_TAKES) && !op_has(&step.op, OP_GIVES))
        return error_set(error, "%s", hg_reason_text(step.result.reason));
    step.metrics = session->mirror->picture.metrics;
    drop_undone(session, names_used);
    if (session->mirror->picture.variables.count > names_used)
        names_add(&session->history->names, action->name);
    append(session, &step);
    return true;
}
