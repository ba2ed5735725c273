/* act.c: see act.h. */
#include "session/act.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "session/failure.h"
#include "session/followed.h"
#include "session/linking.h"
#include "session/looking.h"
#include "session/notice.h"
#include "session/recovery.h"
#include "session/replay.h"
#include "session/scope.h"
#include "session/wrong_use.h"

bool act_fail(struct session *session, const struct step *step, const struct action *action,
              struct error *error)
{
    const struct target_failure *failure = target_failure(session->mirror->target);
    const char *const names[2] = {action->name ? action->name : "",
                                  action->other ? action->other : ""};
    struct text text = {0};

    if (failure->kind == TARGET_STOPPED)
        return error_set_kind(error, ERROR_STOPPED,
                              "the heap process is stopped: nothing was done");
    text_add(&text, "step %zu, ", session->history->steps.count + 1);
    step_add_command(step, names, &text);
    text_add(&text, ": ");
    failure_add_of(failure, &step->op, &text);
    if (recovery_run(session, error)) {
        recovery_add(session, &text);
        error_set(error, "%s", text_string(&text));
    }
    text_finish(&text);
    return false;
}

/* Whether the variables are such that the action can be about them; and their places. */
static bool resolve(struct session *session, const struct action *action, struct op *op,
                    struct error *error)
{
    unsigned traits = op_info(action->kind)->traits;
    struct variable variable = {0};

    if (traits & (OP_ENTERS | OP_DECLARES | OP_LEAVES))
        return scope_resolve(session, action, op, error);
    op->other = NO_VARIABLE;
    if (traits & OP_POINTS && !scope_check_source(session, action, &op->other, error))
        return false;
    if (action->kind == OP_LOAD)
        op->own = picture_variable(&session->mirror->picture, op->other).bytes > 0;
    if (!(traits & OP_NAMES))
        return true;
    if (!action->name) {
        op->slot = NO_VARIABLE;
        return true;
    }
    if (traits & OP_LINKS) {
        if (!session_variable(session, action->name, &op->slot, &variable, error))
            return false;
        op->own = variable.bytes > 0;
        return true;
    }
    if (traits & OP_POINTS || (traits & OP_GIVES && !(traits & OP_TAKES)))
        return scope_place_for(session, action->name, &op->slot, error);
    return session_variable(session, action->name, &op->slot, &variable, error) &&
           (action->forced || wrong_use_check(session, action, &variable, error));
}

static void drop_undone(struct session *session)
{
    struct steps *steps = &session->history->steps;

    if (steps->known == steps->count)
        return;
    notice_add_undone(session);
    steps_cut(steps, steps->count);
    wounds_cut(&session->history->wounds, (uint32_t)steps->count);
    checkpoints_cut(&session->history->checkpoints, steps->count);
}

/* Whether two operations ask for the same. */
static bool is_same_op(const struct op *a, const struct op *b)
{
    return a->kind == b->kind && a->slot == b->slot && a->other == b->other &&
           a->address == b->address && a->own == b->own && a->window == b->window &&
           a->size == b->size && a->argument == b->argument &&
           (!op_has(a, OP_STORES) || memcmp(a->bytes, b->bytes, a->size) == 0);
}

static bool is_same_result(const struct op_result *a, const struct op_result *b)
{
    return a->payload == b->payload && a->usable == b->usable && a->heap_size == b->heap_size &&
           a->refused == b->refused && a->word == b->word && a->collected == b->collected &&
           a->stack_written == b->stack_written;
}

/* Whether the step, which was just carried out, is the next of those that were undone. */
static bool is_redone(const struct session *session, const struct step *step)
{
    const struct history *history = session->history;
    const struct steps *steps = &history->steps;
    const struct step *undone = steps->known > steps->count && steps->count >= steps->traced_count
                                    ? steps_at(steps, steps->count + 1)
                                    : NULL;

    return undone && undone->mark == history->sources.now && undone->forced == step->forced &&
           !undone->left_out && undone->names[0] == step->names[0] &&
           undone->names[1] == step->names[1] && is_same_op(&undone->op, &step->op) &&
           is_same_result(&undone->result, &step->result);
}

static void append(struct session *session, const struct step *step, bool is_there)
{
    struct steps *steps = &session->history->steps;
    struct step kept = *step;

    kept.mark = session->history->sources.now;
    if (op_has(&step->op, OP_STORES))
        kept.op.bytes = arena_keep(&session->history->stored, step->op.bytes, step->op.size);
    history_keep_rewritten(session->history, &kept, &session->mirror->picture.rewritten);
    steps_append(steps, &kept);
    history_note_damage(session->history, &session->mirror->picture, steps->count);
    history_note_memory(session->history, session->mirror, steps->count, is_there);
    history_note(session->history, session->mirror, steps->count, is_there);
}

/* Run a step. A process that ended before it could begin is replaced once. */
static bool run(struct session *session, struct step *step, const struct action *action,
                struct error *error)
{
    uint32_t number = (uint32_t)session->history->steps.count + 1;
    struct target_failure failure;

    if (mirror_run(session->mirror, step, number))
        return true;
    failure = *target_failure(session->mirror->target);
    if (!failure.idle)
        return act_fail(session, step, action, error);
    if (!recovery_revive(session, &failure, error))
        return false;
    if (session->history->steps.count + 1 != number) /* the variable may be gone with them */
        return error_set(error, "the steps from number %zu on were lost before it could be done",
                         session->history->steps.count + 1);
    return mirror_run(session->mirror, step, number) || act_fail(session, step, action, error);
}

/* The number of a name; NO_NAME for none. */
static uint32_t name_of(struct session *session, const char *name)
{
    return name ? names_add(&session->history->names, name) : NO_NAME;
}

/* What a slot of stack data is called will be looked for when the step is noted. */
static void name_slot(struct session *session, const struct op *op)
{
    const struct picture *picture = &session->mirror->picture;
    char name[SLOT_NAME_MAX];

    snprintf(name, sizeof name, "%s.%" PRIu64,
             names_text(picture->names, variables_get(&picture->variables, op->slot)->name),
             op->size);
    names_add(&session->history->names, name);
}

bool act_prepare(struct session *session, const struct action *action, struct step *ret_step,
                 struct error *error)
{
    struct step step = {.op = {.kind = action->kind,
                               .address = action->address,
                               .size = action->size,
                               .argument = action->argument,
                               .bytes = action->bytes,
                               .window = action->window},
                        .forced = action->forced};
    const char *const names[2] = {action->name, action->other};
    struct variable variable;

    if (!session_check_acts(session, error))
        return false;
    step.op.own = action->address && op_has(&step.op, OP_STORES);
    if (!resolve(session, action, &step.op, error))
        return false;
    if (op_has(&step.op, OP_SLOT) && !linking_check(&session->mirror->picture, &step, names, error))
        return false;
    if (op_has(&step.op, OP_LINKS) && step.op.own)
        name_slot(session, &step.op);
    step.names[0] = name_of(session, action->name);
    step.names[1] = name_of(session, action->other);
    replay_complete(&session->mirror->picture, &step);
    variable = picture_variable(&session->mirror->picture, step.op.slot);
    step.before = variable.payload;
    step.op.examine =
        step.forced && (variable.payload != variable.target || op_has(&step.op, OP_LINKS));
    *ret_step = step;
    return true;
}

bool act_conclude(struct session *session, struct step *step, bool is_there, struct error *error)
{
    if (step->result.refused && op_has(&step->op, OP_TAKES) && !op_has(&step->op, OP_GIVES))
        return error_set(error, "%s", hg_reason_text(step->result.reason));
    if (step->result.refused && op_has(&step->op, OP_STORES | OP_LINKS))
        return error_set(error, "what is there is the heap process's own, and no heap: nothing "
                                "was written");
    if (step->result.refused && op_has(&step->op, OP_COLLECTS))
        return error_set(error, target_gave_up(session->mirror->target)
                                    ? "stopped: nothing was freed"
                                    : "there is no memory for the collector's tables");
    step->metrics = session->mirror->picture.metrics;
    history_keep_collected(session->history, step);
    if (is_redone(session, step)) { /* then those behind it are what they were, too */
        session->history->steps.count++;
        return true;
    }
    drop_undone(session);
    append(session, step, is_there);
    return true;
}

/* Run it, and let the user stop it where that can be done. */
static bool run_stoppable(struct session *session, struct step *step, const struct action *action,
                          struct error *error)
{
    bool good;

    target_let_give_up(session->mirror->target, true);
    good = run(session, step, action, error);
    target_let_give_up(session->mirror->target, false);
    return good;
}

bool session_act(struct session *session, const struct action *action, struct error *error)
{
    struct step step;

    return session_is_free(session, error) && act_prepare(session, action, &step, error) &&
           run_stoppable(session, &step, action, error) &&
           act_conclude(session, &step, true, error);
}
