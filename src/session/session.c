/* session.c: see session.h. */
#include "session/session.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/size.h"
#include "base/suggest.h"
#include "session/explain.h"

struct session *session_create(const struct hg_config *config, struct error *error)
{
    struct mirror *mirror = mirror_create(config, error);
    struct session *session;

    if (!mirror)
        return NULL;
    session = memory_create(1, sizeof *session);
    session->mirror = mirror;
    return session;
}

void session_destroy(struct session *session)
{
    if (!session)
        return;
    mirror_destroy(session->mirror);
    names_finish(&session->names);
    free(session->steps.items);
    text_finish(&session->explanation);
    text_finish(&session->notice);
    free(session);
}

/* ---- Names ---- */

const char *session_name(const struct session *session, uint32_t slot)
{
    return names_text(&session->names, slot);
}

static bool no_such_variable(const struct session *session, const char *name, struct error *error)
{
    struct suggestion suggestion = suggestion_for(name);

    for (uint32_t slot = 0; slot < session->names.count; slot++) {
        if (mirror_variable(session->mirror, slot).assigned)
            suggestion_consider(&suggestion, session_name(session, slot));
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

    if (!names_find(&session->names, name, &slot) ||
        !mirror_variable(session->mirror, slot).assigned)
        return no_such_variable(session, name, error);
    *ret_slot = slot;
    *ret_variable = mirror_variable(session->mirror, slot);
    return true;
}

const char *session_block_name(const struct session *session, const struct block *block)
{
    const struct allocation *allocation;

    if (block->kind != HG_USED)
        return NULL;
    allocation = ledger_find(&session->mirror->ledger, block->at + block->header);
    if (!allocation || allocation->owner == LEDGER_NO_OWNER)
        return NULL;
    return session_name(session, allocation->owner);
}

const struct step *session_last_step(const struct session *session)
{
    return session->steps.count ? &session->steps.items[session->steps.count - 1] : NULL;
}

struct metrics session_metrics_before(const struct session *session, const struct step *step)
{
    return step == session->steps.items ? session->mirror->opening : step[-1].metrics;
}

/* ---- Steps in words ---- */

void session_add_command(const struct session *session, const struct step *step, struct text *text)
{
    const struct op *op = &step->op;
    char size[SIZE_TEXT_MAX], more[SIZE_TEXT_MAX];
    const char *name = op->kind == OP_LIMIT || op->kind == OP_COALESCE
                           ? ""
                           : session_name(session, op->slot);

    size_exact(op->size, size);
    size_exact(op->argument, more);
    switch ((enum op_kind)op->kind) {
    case OP_ALLOC: text_add(text, "alloc %s %s", name, size); break;
    case OP_CALLOC: text_add(text, "calloc %s %" PRIu64 " %s", name, op->argument, size); break;
    case OP_REALLOC: text_add(text, "realloc %s %s", name, size); break;
    case OP_ALIGNED: text_add(text, "aligned %s %s %s", name, more, size); break;
    case OP_FREE: text_add(text, "free%s %s", step->forced ? "!" : "", name); break;
    case OP_FILL: text_add(text, "fill %s 0x%02" PRIx64, name, op->argument); break;
    case OP_LIMIT: text_add(text, "limit %s", op->size == EXCHANGE_NO_LIMIT ? "none" : size); break;
    case OP_COALESCE: text_add(text, "coalesce"); break;
    }
}

/* ---- Failures in words ---- */

static const char *signal_name(int number)
{
    const char *name = sigabbrev_np(number);

    return name ? name : "?";
}

static void add_failure(const struct target_failure *failure, struct text *text)
{
    switch (failure->kind) {
    case TARGET_FINE: break;
    case TARGET_FAULT:
        text_add(text, "the allocator faulted: SIG%s at address 0x%" PRIx64,
                 signal_name(failure->number), failure->address);
        break;
    case TARGET_STUCK:
        text_add(text, "the allocator was still running after %d s and was stopped",
                 failure->number);
        break;
    case TARGET_KILLED:
        text_add(text, "the heap process was killed by SIG%s", signal_name(failure->number));
        break;
    case TARGET_EXITED:
        text_add(text, "the heap process ended with status %d", failure->number);
        break;
    case TARGET_GARBLED:
        text_add(text, "the heap process answered what makes no sense");
        break;
    case TARGET_REFUSED:
        text_add(text, "the heap process refused: %s", strerror(failure->number));
        break;
    }
}

/* ---- Replaying ---- */

/* Fill in what follows from where the variable points now. Returns false if there is nothing there
 * that the operation could be carried out on. */
static bool complete_op(const struct mirror *mirror, struct op *op)
{
    uint64_t payload = mirror_variable(mirror, op->slot).payload;
    const struct allocation *allocation = ledger_find(&mirror->ledger, payload);

    if (op->kind == OP_FILL)
        op->size = allocation ? allocation->requested : 0;
    return op->kind != OP_FILL || allocation;
}

/* Carry out a step once more, and note its result anew. */
static bool repeat(struct mirror *mirror, struct step *step, uint32_t number)
{
    step->before = mirror_variable(mirror, step->op.slot).payload;
    if (!complete_op(mirror, &step->op))
        step->result = (struct op_result){.payload = EXCHANGE_NULL,
                                          .heap_size = mirror->metrics.heap_size,
                                          .refused = true};
    else if (!mirror_run(mirror, &step->op, number, &step->result))
        return false;
    step->metrics = mirror->metrics;
    return true;
}

/* Carry out the first `count` of `steps` on the fresh heap of `mirror`, noting their results anew.
 *   stoppable  whether session->progress may end it
 *   returns    how many were carried out; fewer than count where the heap process did not survive
 *              the next one, or where the user stopped it */
static size_t replay(struct session *session, struct mirror *mirror, struct step *steps,
                     size_t count, bool stoppable)
{
    enum { PROGRESS_INTERVAL = 512 };

    for (size_t i = 0; i < count; i++) {
        if (!repeat(mirror, &steps[i], (uint32_t)i + 1))
            return i;
        if (session->progress && (i + 1) % PROGRESS_INTERVAL == 0 &&
            !session->progress(session->progress_context, i + 1, count) && stoppable)
            return i + 1;
    }
    return count;
}

static void take_over(struct session *session, struct mirror *mirror)
{
    mirror_destroy(session->mirror);
    session->mirror = mirror;
}

/* Get a fresh heap and bring it to where the steps lead; leave out the steps from the first one on
 * that does not survive being replayed. On failure the steps stay, and the heap process is gone. */
static bool recover(struct session *session, struct error *error)
{
    struct mirror *mirror;
    size_t done;

    for (;;) {
        mirror = mirror_create(&session->mirror->config, error);
        if (!mirror)
            return false;
        done = replay(session, mirror, session->steps.items, session->steps.count, false);
        if (done == session->steps.count)
            break;
        session->steps.count = done;
        mirror_destroy(mirror);
    }
    take_over(session, mirror);
    return true;
}

static size_t count_newly_refused(const struct step *before, const struct step *after, size_t count)
{
    size_t refused = 0;

    for (size_t i = 0; i < count; i++)
        refused += after[i].result.refused && !before[i].result.refused;
    return refused;
}

/* Why a replay ended after `done` of `count` steps. */
static void describe_stop(const struct mirror *mirror, size_t done, size_t count,
                          struct error *error)
{
    const struct target_failure *failure = target_failure(mirror->target);
    struct text text = {0};

    text_add(&text, "step %zu of %zu", done + 1, count);
    if (failure->kind == TARGET_FINE) {
        text_add(&text, ": stopped");
    } else {
        text_add(&text, ": ");
        add_failure(failure, &text);
    }
    error_set(error, "%s; the heap is as it was", text_string(&text));
    text_finish(&text);
}

bool session_configure(struct session *session, const struct hg_config *config,
                       size_t *ret_refused, struct error *error)
{
    size_t count = session->steps.count, done;
    struct mirror *mirror = mirror_create(config, error);
    struct step *steps;

    if (!mirror)
        return false;
    steps = memory_create(count + 1, sizeof *steps);
    memory_copy(steps, session->steps.items, count * sizeof *steps);
    done = replay(session, mirror, steps, count, true);
    if (done == count) {
        *ret_refused = count_newly_refused(session->steps.items, steps, count);
        memory_copy(session->steps.items, steps, count * sizeof *steps);
        take_over(session, mirror);
    } else {
        describe_stop(mirror, done, count, error);
        mirror_destroy(mirror);
    }
    free(steps);
    return done == count;
}

bool session_reset(struct session *session, struct error *error)
{
    struct mirror *mirror = mirror_create(&session->mirror->config, error);

    if (!mirror)
        return false;
    take_over(session, mirror);
    session->steps.count = 0;
    names_finish(&session->names);
    text_clear(&session->explanation);
    return true;
}

/* ---- When the heap process does not survive ---- */

static void add_recovery(const struct session *session, struct text *text)
{
    if (session->steps.count == 0)
        text_add(text, "; a fresh heap has taken its place");
    else
        text_add(text, "; a fresh heap is as it was after step %zu", session->steps.count);
}

/* The target failed in `step`, which is not on the list of steps: say how, and recover. */
static bool fail_step(struct session *session, const struct step *step, struct error *error)
{
    struct text text = {0};

    text_add(&text, "step %zu, ", session->steps.count + 1);
    session_add_command(session, step, &text);
    text_add(&text, ": ");
    add_failure(target_failure(session->mirror->target), &text);
    if (recover(session, error)) {
        add_recovery(session, &text);
        error_set(error, "%s", text_string(&text));
    }
    text_finish(&text);
    return false;
}

/* The process ended between two requests: say how, and recover. */
static bool revive(struct session *session, const struct target_failure *failure,
                   struct error *error)
{
    if (!recover(session, error))
        return false;
    text_clear(&session->notice);
    add_failure(failure, &session->notice);
    add_recovery(session, &session->notice);
    return true;
}

bool session_revive(struct session *session, struct error *error)
{
    struct target_failure failure;

    return !target_has_ended(session->mirror->target, &failure) ||
           revive(session, &failure, error);
}

/* ---- Acting ---- */

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

/* Whether the variable is one that the action can be about; and its slot. */
static bool resolve(struct session *session, const struct action *action, uint32_t *ret_slot,
                    struct error *error)
{
    struct variable variable = {0};

    *ret_slot = 0;
    switch (action->kind) {
    case OP_LIMIT:
    case OP_COALESCE: return true;
    case OP_ALLOC:
    case OP_CALLOC:
    case OP_ALIGNED:
        if (session->names.count >= EXCHANGE_SLOTS_MAX &&
            !names_find(&session->names, action->name, ret_slot))
            return error_set(error, "there are %u variables already, and there can be no more",
                             EXCHANGE_SLOTS_MAX);
        *ret_slot = names_add(&session->names, action->name);
        return true;
    case OP_REALLOC:
    case OP_FREE:
    case OP_FILL: break;
    }
    if (!session_variable(session, action->name, ret_slot, &variable, error))
        return false;
    if (!action->forced && !is_not_freed(action, &variable, error))
        return false;
    if (action->kind == OP_FILL && variable.payload == EXCHANGE_NULL)
        return error_set(error, "'%s' is NULL", action->name);
    return true;
}

static void append(struct session *session, const struct step *step)
{
    struct steps *steps = &session->steps;

    steps->items =
        memory_reserve(steps->items, &steps->capacity, steps->count + 1, sizeof steps->items[0]);
    steps->items[steps->count++] = *step;
}

/* After the allocator was handed what it did not own: say whether the heap is still whole. */
static void add_damage(struct session *session)
{
    struct error problem;

    if (!mirror_check(session->mirror, &problem))
        text_add(&session->explanation, " The heap is damaged: %s.", problem.text);
}

/* Run a step. A process that ended before it could begin is replaced once. */
static bool run(struct session *session, struct step *step, struct error *error)
{
    uint32_t number = (uint32_t)session->steps.count + 1;
    struct target_failure failure;

    if (mirror_run(session->mirror, &step->op, number, &step->result))
        return true;
    failure = *target_failure(session->mirror->target);
    if (!failure.idle)
        return fail_step(session, step, error);
    if (!revive(session, &failure, error))
        return false;
    return mirror_run(session->mirror, &step->op, number, &step->result) ||
           fail_step(session, step, error);
}

bool session_act(struct session *session, const struct action *action, struct error *error)
{
    struct step step = {.op = {.kind = action->kind,
                               .size = action->size,
                               .argument = action->argument},
                        .forced = action->forced};

    if (!resolve(session, action, &step.op.slot, error))
        return false;
    complete_op(session->mirror, &step.op);
    step.before = mirror_variable(session->mirror, step.op.slot).payload;
    if (!run(session, &step, error))
        return false;
    if (step.result.refused && step.op.kind == OP_FREE)
        return error_set(error, "%s", hg_reason_text(step.result.reason));
    step.metrics = session->mirror->metrics;
    append(session, &step);
    text_clear(&session->explanation);
    explain_step(session, session_last_step(session), &session->explanation);
    if (action->forced)
        add_damage(session);
    return true;
}

/* ---- Reading ---- */

static bool does_not_answer(struct error *error)
{
    return error_set(error, "the heap process does not answer");
}

bool session_read_bytes(struct session *session, uint64_t from, size_t count,
                        unsigned char **ret_bytes, size_t *ret_count, struct error *error)
{
    unsigned char *bytes = memory_create(count + 1, 1);
    const unsigned char *read;
    size_t done = 0, part;

    do {
        if (!target_peek(session->mirror->target, from + done, count - done, &read, &part)) {
            free(bytes);
            return does_not_answer(error);
        }
        memory_copy(bytes + done, read, part);
        done += part;
    } while (part > 0 && done < count);
    *ret_bytes = bytes;
    *ret_count = done;
    return true;
}

bool session_check(struct session *session, struct error *ret_problem)
{
    return session_revive(session, ret_problem) && mirror_check(session->mirror, ret_problem);
}
