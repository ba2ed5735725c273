/* another_heap.c: a session's steps on another heap: of other settings, or a fresh one. See
 * session.h. */
#include <stdlib.h>

#include "base/memory.h"
#include "session/failure.h"
#include "session/followed.h"
#include "session/import.h"
#include "session/looking.h"
#include "session/notice.h"
#include "session/replay.h"

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

/* Let a step that was copied have its own list of what was collected. */
static void copy_collected(struct history *history, struct step *step)
{
    const uint64_t *payloads = step->collected;

    if (!payloads)
        return;
    step->collected = memory_create(step->result.collected, sizeof payloads[0]);
    memory_copy(step->collected, payloads, step->result.collected * sizeof payloads[0]);
    history_keep_collected(history, step);
}

static void copy_rewritten(struct history *history, struct step *step)
{
    if (step->rewritten_count > 0)
        step->rewritten = arena_keep(&history->stored, step->rewritten,
                                     step->rewritten_count * sizeof(struct word_change));
}

/* Let the steps that were copied, other than those of a trace, have their own bytes and lists. */
static void own_steps(struct history *history)
{
    struct steps *steps = &history->steps;

    for (size_t i = steps->traced_count; i < steps->known; i++) {
        struct step *step = steps_own(steps, i + 1);

        if (op_has(&step->op, OP_STORES))
            step->op.bytes = arena_keep(&history->stored, step->op.bytes, step->op.size);
        copy_collected(history, step);
        copy_rewritten(history, step);
    }
}

/* A history with a copy of the first `count` steps of another, whose names it shares. */
static struct history *copy_history(const struct history *history, size_t count)
{
    struct history *copy = history_create();

    copy->progress = history->progress;
    copy->waiter = history->waiter;
    copy->watches_pages = history->watches_pages;
    copy->sources = sources_copy(&history->sources);
    copy->opening = history->opening;
    copy->names = names_share(&history->names);
    copy->steps = steps_copy(&history->steps, count);
    own_steps(copy);
    copy->wounds = wounds_copy(&history->wounds);
    wounds_cut(&copy->wounds, (uint32_t)count);
    return copy;
}

/* A session with a mirror, which is at the last of the steps of a history, and with that. */
static struct session *join(struct mirror *mirror, struct history *history)
{
    struct session *session = memory_create(1, sizeof *session);

    session->mirror = mirror;
    session->history = history;
    mirror->picture.names = &history->names;
    return session;
}

/* Go on from the traced steps, where a mirror is, to step number `count`, of those known. */
static struct session *replay_own(struct history *history, struct mirror *mirror, size_t count,
                                  size_t known, struct error *error)
{
    size_t traced = history->steps.traced_count, done = count;
    struct visit visit;

    history->steps.count = traced;
    history->steps.known = known;
    if (count > traced)
        done = replay_steps(history, mirror, traced, count, true);
    if (done < count)
        describe_stop(mirror, done, count, error);
    if (count < traced) {
        visit = history_visit(history, mirror, count, true, error);
        if (visit.outcome != VISIT_DONE)
            done = count + 1;
        else
            history_move(history, &mirror, &visit, count);
    }
    history->steps.count = count;
    if (done == count)
        return join(mirror, history);
    history_destroy(history);
    mirror_destroy(mirror);
    return NULL;
}

/* A session on a heap of `config`, with the steps up to now replayed there, and a copy of those
 * that were undone.
 *   begins  whether it is to have checkpoints */
static struct session *create_replayed(const struct session *session,
                                       const struct hg_config *config, bool begins,
                                       struct error *error)
{
    size_t count = session->history->steps.count, known = session->history->steps.known;
    struct history *history;
    struct mirror *mirror;

    if (!history_is_whole(session->history, error))
        return NULL;
    mirror = mirror_create(config, &session->history->names, session->history->waiter, error);
    if (!mirror)
        return NULL;
    history = copy_history(session->history, known);
    history->opening = mirror->picture.metrics;
    if (begins)
        history_begin(history, mirror);
    if (history->steps.traced_count > 0 && !import_again(history, mirror, error)) {
        history_destroy(history);
        mirror_destroy(mirror);
        return NULL;
    }
    return replay_own(history, mirror, count, known, error);
}

struct session *session_imagine(struct session *session, const struct hg_config *config,
                                struct error *error)
{
    size_t count = session->history->steps.count;
    struct session *other = NULL;
    struct mirror *mirror;

    if (!session_check_acts(session, error))
        return NULL;

    if (config) {
        other = create_replayed(session, config, false, error);
    } else {
        mirror = mirror_clone(session->mirror, error);
        other = mirror ? join(mirror, copy_history(session->history, count)) : NULL;
        if (other)
            other->history->resident = session->history->resident;
    }
    if (!other)
        return NULL;
    steps_cut(&other->history->steps, count);
    return other;
}

/* ---- In place of the one that there is ---- */

static size_t count_newly_refused(const struct steps *before, const struct steps *after)
{
    size_t refused = 0;

    for (size_t i = 1; i <= after->count; i++)
        refused += steps_at(after, i)->result.refused && !steps_at(before, i)->result.refused;
    return refused;
}

/* Replay the steps that were undone beyond those up to now, on a clone; drop them if that fails. */
static void replay_undone(struct session *session)
{
    struct steps *steps = &session->history->steps;
    struct mirror *mirror;
    struct error ignored;

    if (steps->known == steps->count || steps->known == steps->traced_count)
        return;
    if (steps->count < steps->traced_count) {
        notice_add_dropped(session, steps->known - steps->traced_count, "behind the trace");
        steps_cut(steps, steps->traced_count);
        return;
    }
    mirror = mirror_clone(session->mirror, &ignored);
    if (!mirror ||
        replay_steps(session->history, mirror, steps->count, steps->known, false) < steps->known) {
        notice_add_undone(session);
        steps_cut(steps, steps->count);
        checkpoints_cut(&session->history->checkpoints, steps->count);
    }
    mirror_destroy(mirror);
}

bool session_configure(struct session *session, const struct hg_config *config, size_t *ret_refused,
                       struct error *error)
{
    struct session *other, before = *session;

    if (!session_is_free(session, error))
        return false;
    other = create_replayed(session, config, true, error);
    if (!other)
        return false;
    replay_undone(other);
    *ret_refused = count_newly_refused(&session->history->steps, &other->history->steps);
    if (other->notice.length > 0)
        notice_add(session, "%s", text_string(&other->notice));
    session->mirror = other->mirror;
    session->history = other->history;
    session->beginnings++;
    other->mirror = before.mirror;
    other->history = before.history;
    session_destroy(other);
    return true;
}

bool session_reset(struct session *session, struct error *error)
{
    struct history *history = session->history;
    struct mirror *mirror;

    if (!session_is_free(session, error))
        return false;
    mirror =
        mirror_create(&session->mirror->picture.config, &history->names, history->waiter, error);
    if (!mirror)
        return false;
    mirror_destroy(session->mirror);
    session->mirror = mirror;
    steps_finish(&history->steps);
    names_finish(&history->names);
    sources_finish(&history->sources);
    arena_finish(&history->stored);
    wounds_finish(&history->wounds);
    checkpoints_finish(&history->checkpoints);
    history_begin(history, mirror);
    session->beginnings++;
    return true;
}
