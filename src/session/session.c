/* session.c: see session.h. */
#include "session/session.h"

#include <stdlib.h>

#include "base/memory.h"
#include "session/family.h"
#include "session/followed.h"

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
    family_destroy(session->family);
    followed_destroy(session->followed);
    mirror_destroy(session->mirror);
    history_destroy(session->history);
    ahead_finish(&session->ahead);
    looks_finish(&session->looks);
    text_finish(&session->notice);
    free(session);
}

void session_take_over(struct session *session, struct mirror *mirror, struct history *history)
{
    mirror_destroy(session->mirror);
    history_destroy(session->history);
    session->mirror = mirror;
    session->history = history;
    session->beginnings++;
    ahead_finish(&session->ahead);
}

void session_wait_with(struct session *session, const struct target_waiter *waiter)
{
    const struct checkpoints *checkpoints = &session->history->checkpoints;

    session->history->waiter = waiter;
    target_wait_with(session->mirror->target, waiter);
    for (size_t i = 0; i < checkpoints->count; i++)
        target_wait_with(checkpoints->items[i].target, waiter);
}

void session_rest(struct session *session)
{
    if (!ahead_is_beyond(&session->ahead) && !session_is_followed(session))
        history_rest(session->history, session->mirror);
}

bool session_go(struct session *session, size_t step, struct error *error)
{
    struct visit visit;

    if (step <= steps_gone(&session->history->steps) && !history_is_whole(session->history, error))
        return false;
    visit = history_visit(session->history, session->mirror, step, true, error);
    if (visit.outcome != VISIT_DONE)
        return false;
    history_move(session->history, &session->mirror, &visit, step);
    return true;
}
