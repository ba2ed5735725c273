/* replay.c: see replay.h. */
#include "session/replay.h"

#include <stdlib.h>

#include "base/memory.h"
#include "session/explain.h"
#include "session/failure.h"

void replay_add_notice(struct session *session, const char *format, ...)
{
    va_list arguments;

    if (session->notice.length > 0)
        text_add(&session->notice, "; ");
    va_start(arguments, format);
    text_add_list(&session->notice, format, arguments);
    va_end(arguments);
}

/* ---- Replaying ---- */

bool replay_complete(const struct mirror *mirror, struct step *step)
{
    struct variable variable = mirror_variable(mirror, step->op.slot);
    const struct allocation *allocation = ledger_find(&mirror->ledger, variable.payload);

    switch ((enum op_kind)step->op.kind) {
    case OP_FILL: step->op.size = allocation ? allocation->requested : 0; return allocation;
    case OP_FREE:
    case OP_REALLOC: return step->forced || variable.freed_in == 0;
    case OP_ALLOC:
    case OP_CALLOC:
    case OP_ALIGNED:
    case OP_LIMIT:
    case OP_COALESCE: break;
    }
    return true;
}

/* Carry out a step once more, and note its result anew. */
static bool repeat(struct mirror *mirror, struct step *step, uint32_t number)
{
    step->before = mirror_variable(mirror, step->op.slot).payload;
    step->left_out = !replay_complete(mirror, step);
    if (step->left_out) {
        step->result = (struct op_result){
            .payload = step->before, .heap_size = mirror->metrics.heap_size, .refused = true};
        mirror_set_events(mirror, NULL, 0, 0);
    } else if (!mirror_run(mirror, &step->op, number, &step->result)) {
        return false;
    }
    step->metrics = mirror->metrics;
    return true;
}

/* Carry out the steps behind number `from`, where the mirror is, up to number `to`, noting their
 * results anew.
 *   stoppable  whether session->progress may end it
 *   returns    the number of the last one carried out: less than `to` where the heap process did
 *              not survive the next one, or where the user stopped it */
static size_t replay(struct session *session, size_t from, size_t to, bool stoppable)
{
    enum { PROGRESS_INTERVAL = 512 };

    for (size_t i = from; i < to; i++) {
        if (!repeat(session->mirror, &session->steps.items[i], (uint32_t)i + 1))
            return i;
        timeline_note(session, i + 1);
        if (session->progress && (i + 1) % PROGRESS_INTERVAL == 0 &&
            !session->progress(session->progress_context, i + 1, to) && stoppable)
            return i + 1;
    }
    return to;
}

/* Why a replay ended after step number `done`, of `count`. */
static void describe_stop(const struct mirror *mirror, size_t done, size_t count,
                          struct error *error)
{
    const struct target_failure *failure = target_failure(mirror->target);
    struct text text = {0};

    text_add(&text, "step %zu of %zu: ", done + 1, count);
    if (failure->kind == TARGET_FINE)
        text_add(&text, "stopped");
    else
        failure_add(failure, &text);
    error_set(error, "%s; the heap is as it was", text_string(&text));
    text_finish(&text);
}

/* A session with a mirror, and a copy of the first `count` steps of another. */
static struct session *create_like(const struct session *session, struct mirror *mirror,
                                   size_t count)
{
    struct session *other = memory_create(1, sizeof *other);

    other->mirror = mirror;
    other->progress = session->progress;
    other->progress_context = session->progress_context;
    other->steps.items =
        memory_reserve(NULL, &other->steps.capacity, count, sizeof other->steps.items[0]);
    memory_copy(other->steps.items, session->steps.items, count * sizeof other->steps.items[0]);
    return other;
}

/* A session on a heap of `config`, with the steps up to now replayed there, and a copy of those
 * that were undone. It has no names.
 *   begins  whether it is to have a timeline */
static struct session *create_replayed(const struct session *session,
                                       const struct hg_config *config, bool begins,
                                       struct error *error)
{
    struct mirror *mirror = mirror_create(config, error);
    size_t count = session->steps.count, done;
    struct session *other;

    if (!mirror)
        return NULL;
    other = create_like(session, mirror, session->steps.known);
    if (begins)
        timeline_begin(other);
    done = replay(other, 0, count, true);
    other->steps.count = count;
    other->steps.known = session->steps.known;
    if (done == count)
        return other;
    describe_stop(mirror, done, count, error);
    session_destroy(other);
    return NULL;
}

struct session *session_imagine(struct session *session, const struct hg_config *config,
                                struct error *error)
{
    struct session *other;
    struct mirror *mirror;

    if (config) {
        other = create_replayed(session, config, false, error);
    } else {
        mirror = mirror_clone(session->mirror, error);
        other = mirror ? create_like(session, mirror, session->steps.count) : NULL;
    }
    if (!other)
        return NULL;
    other->steps.count = other->steps.known = session->steps.count;
    other->names = names_copy(&session->names);
    names_truncate(&other->names, other->mirror->variable_count);
    other->outlook = session->outlook;
    return other;
}

/* ---- Another heap ---- */

static size_t count_newly_refused(const struct steps *before, const struct steps *after)
{
    size_t refused = 0;

    for (size_t i = 0; i < after->count; i++)
        refused += after->items[i].result.refused && !before->items[i].result.refused;
    return refused;
}

/* Replay the steps that were undone beyond those up to now, on a clone; drop them if that fails. */
static void replay_undone(struct session *session)
{
    struct steps *steps = &session->steps;
    struct mirror *mirror = session->mirror;
    struct error ignored;

    if (steps->known == steps->count)
        return;
    session->mirror = mirror_clone(mirror, &ignored);
    if (!session->mirror || replay(session, steps->count, steps->known, false) < steps->known) {
        replay_add_notice(session, "the %zu steps that were undone cannot be redone any more",
                          steps->known - steps->count);
        steps->known = steps->count;
        timeline_cut(&session->timeline, steps->count);
    }
    mirror_destroy(session->mirror);
    session->mirror = mirror;
}

bool session_configure(struct session *session, const struct hg_config *config, size_t *ret_refused,
                       struct error *error)
{
    struct session *other = create_replayed(session, config, true, error), before;

    if (!other)
        return false;
    replay_undone(other);
    *ret_refused = count_newly_refused(&session->steps, &other->steps);
    if (other->notice.length > 0)
        replay_add_notice(session, "%s", text_string(&other->notice));
    before = *session;
    session->mirror = other->mirror;
    session->steps = other->steps;
    session->timeline = other->timeline;
    other->mirror = before.mirror;
    other->steps = before.steps;
    other->timeline = before.timeline;
    session_destroy(other);
    names_truncate(&session->names, session->steps.known > session->steps.count
                                        ? session->names.count
                                        : session->mirror->variable_count);
    return true;
}

static void take_over(struct session *session, struct mirror *mirror)
{
    mirror_destroy(session->mirror);
    session->mirror = mirror;
}

bool session_reset(struct session *session, struct error *error)
{
    struct mirror *mirror = mirror_create(&session->mirror->config, error);

    if (!mirror)
        return false;
    take_over(session, mirror);
    session->steps.count = session->steps.known = 0;
    names_finish(&session->names);
    text_clear(&session->explanation);
    timeline_finish(&session->timeline);
    timeline_begin(session);
    return true;
}

/* ---- Going back and forth ---- */

/* Explain the step that we are at, anew. */
static void explain_last(struct session *session)
{
    const struct step *step = session_last_step(session);

    text_clear(&session->explanation);
    if (step && step->left_out)
        text_add(&session->explanation,
                 "It was left out: on this heap there is nothing that it could be done to.");
    else if (step)
        explain_step(session, step, &session->explanation);
}

bool session_go(struct session *session, size_t step, struct error *error)
{
    struct visit visit = timeline_visit(session, step, true, error);

    if (visit.outcome != VISIT_DONE)
        return false;
    timeline_move(session, visit.mirror, step);
    explain_last(session);
    return true;
}

bool session_add_story(struct session *session, size_t step, struct text *text, struct error *error)
{
    struct session then = *session; /* but for where it is */
    struct visit visit = {0};

    if (step != session->steps.count) {
        visit = timeline_visit(session, step, true, error);
        if (visit.outcome != VISIT_DONE)
            return false;
        then.mirror = visit.mirror;
        then.steps.count = step;
    }
    explain_story(&then, session_last_step(&then), text);
    mirror_destroy(visit.mirror);
    return true;
}

/* ---- When the heap process does not survive ---- */

/* Forget the steps behind number `step`, undone ones too. */
static void forget_behind(struct session *session, size_t step)
{
    if (session->steps.count > step)
        session->steps.count = step;
    session->steps.known = session->steps.count;
    timeline_cut(&session->timeline, step);
}

/* Some step went otherwise than before: replay all from a fresh heap, and note the results anew. */
static bool replay_anew(struct session *session, struct error *error)
{
    struct mirror *mirror = mirror_create(&session->mirror->config, error);
    size_t done;

    if (!mirror)
        return false;
    take_over(session, mirror);
    timeline_finish(&session->timeline);
    timeline_begin(session);
    forget_behind(session, session->steps.count);
    done = replay(session, 0, session->steps.count, false);
    if (done == session->steps.count)
        return true;
    forget_behind(session, done);
    return replay_anew(session, error);
}

static bool recover(struct session *session, struct error *error)
{
    struct visit visit;

    while ((visit = timeline_visit(session, session->steps.count, false, error)).outcome !=
           VISIT_DONE) {
        if (visit.outcome == VISIT_DIFFERED) {
            replay_add_notice(session, "%s", error->text);
            return replay_anew(session, error);
        }
        if (visit.outcome == VISIT_NO_PROCESS)
            return false;
        if (visit.outcome == VISIT_DIED)
            forget_behind(session, visit.step - 1);
    }
    take_over(session, visit.mirror);
    if (session->steps.known == session->steps.count)
        names_truncate(&session->names, session->mirror->variable_count);
    return true;
}

/* Whoever looks at the session while it is being recovered, to show how far that is, must not begin
 * to recover it as well. */
bool replay_recover(struct session *session, struct error *error)
{
    bool good;

    if (session->is_recovering)
        return error_set(error, "the heap process does not answer");
    session->is_recovering = true;
    good = recover(session, error);
    session->is_recovering = false;
    return good;
}

void replay_add_recovery(const struct session *session, struct text *text)
{
    if (session->steps.count == 0)
        text_add(text, "; a fresh heap has taken its place");
    else
        text_add(text, "; a fresh heap is as it was after step %zu", session->steps.count);
}

bool replay_revive(struct session *session, const struct target_failure *failure,
                   struct error *error)
{
    if (!session->is_recovering) {
        text_clear(&session->notice);
        failure_add(failure, &session->notice);
    }
    if (!replay_recover(session, error))
        return false;
    replay_add_recovery(session, &session->notice);
    return true;
}

bool session_revive(struct session *session, struct error *error)
{
    struct target_failure failure;

    return !target_has_ended(session->mirror->target, &failure) ||
           replay_revive(session, &failure, error);
}
