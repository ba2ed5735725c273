/* recovery.c: see recovery.h. */
#include "session/recovery.h"

#include "session/failure.h"
#include "session/import.h"
#include "session/notice.h"
#include "session/replay.h"

static void take_over(struct session *session, struct mirror *mirror)
{
    mirror_destroy(session->mirror);
    session->mirror = mirror;
}

/* Forget the steps behind number `step`, undone ones too. */
static void forget_behind(struct session *session, size_t step)
{
    steps_cut(&session->history->steps,
              step < session->history->steps.count ? step : session->history->steps.count);
    wounds_cut(&session->history->wounds, (uint32_t)step);
    checkpoints_cut(&session->history->checkpoints, step);
}

/* Some step went otherwise than before: replay all from a fresh heap, and note the results anew. */
static bool replay_anew(struct session *session, struct error *error)
{
    struct mirror *mirror =
        mirror_create(&session->mirror->picture.config, &session->history->names,
                      session->history->waiter, error);
    size_t done;

    if (!mirror)
        return false;
    take_over(session, mirror);
    checkpoints_finish(&session->history->checkpoints);
    history_begin(session->history, mirror);
    forget_behind(session, session->history->steps.count);
    if (session->history->steps.traced_count > 0 &&
        !import_again(session->history, session->mirror, error))
        return false;
    done = replay_steps(session->history, session->mirror, session->history->steps.traced_count,
                        session->history->steps.count, false);
    if (done == session->history->steps.count)
        return true;
    forget_behind(session, done);
    return replay_anew(session, error);
}

static bool recover(struct session *session, struct error *error)
{
    struct visit visit;

    while ((visit = history_visit(session->history, session->mirror, session->history->steps.count,
                                  false, error))
               .outcome != VISIT_DONE) {
        if (visit.outcome == VISIT_DIFFERED) {
            notice_add(session, "%s", error->text);
            return replay_anew(session, error);
        }
        if (visit.outcome == VISIT_NO_PROCESS)
            return false;
        if (visit.outcome == VISIT_DIED)
            forget_behind(session, visit.step - 1);
    }
    take_over(session, visit.mirror);
    return true;
}

/* Whoever looks at the session while it is being recovered, to show how far that is, must not begin
 * to recover it as well. */
bool recovery_run(struct session *session, struct error *error)
{
    bool good;

    if (session->is_recovering)
        return error_set(error, "the heap process does not answer");
    session->is_recovering = true;
    good = recover(session, error);
    session->is_recovering = false;
    return good;
}

void recovery_add(const struct session *session, struct text *text)
{
    if (session->history->steps.count == 0)
        text_add(text, "; a fresh heap has taken its place");
    else
        text_add(text, "; a fresh heap is as it was after step %zu", session->history->steps.count);
}

bool recovery_revive(struct session *session, const struct target_failure *failure,
                     struct error *error)
{
    if (!session->is_recovering) {
        text_clear(&session->notice);
        failure_add(failure, &session->notice);
    }
    if (!recovery_run(session, error))
        return false;
    recovery_add(session, &session->notice);
    return true;
}

bool session_revive(struct session *session, struct error *error)
{
    struct target_failure failure;

    return !target_has_ended(session->mirror->target, &failure) ||
           recovery_revive(session, &failure, error);
}
