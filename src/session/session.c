/* session.c: see session.h. */
#include "session/session.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/suggest.h"

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
    ahead_finish(&session->ahead);
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
    const struct picture *picture = &session->mirror->picture;

    for (uint32_t place = 0; place < picture->variables.count; place++) {
        if (picture->variables.items[place].name != NO_NAME)
            suggestion_consider(&suggestion, picture_name(picture, place));
    }
    error_set(error, "no variable '%s'", name);
    if (suggestion.best)
        error_append(error, "; did you mean '%s'?", suggestion.best);
    return false;
}

bool session_variable(const struct session *session, const char *name, uint32_t *ret_place,
                      struct variable *ret_variable, struct error *error)
{
    const struct picture *picture = &session->mirror->picture;
    uint32_t id, place;

    if (!names_find(&session->history->names, name, &id) || !picture_find(picture, id, &place))
        return no_such_variable(session, name, error);
    *ret_place = place;
    *ret_variable = picture_variable(picture, place);
    return true;
}
