/* replay.h: the session's steps once more, one by one, on a heap that may be another. For steps on
 * the same heap history.h knows quicker ways. */
#ifndef SESSION_REPLAY_H
#define SESSION_REPLAY_H

#include "session/session.h"

/* Fill in what follows from where the variable points now. Returns false if there is nothing there
 * that the step could be carried out on: nothing to fill or to write to, or what is freed
 * already. */
bool replay_complete(const struct picture *picture, struct step *step);

/* The session's heap process has failed: get another, and bring it to where the steps lead; leave
 * out the steps from the first one on that does not survive being replayed. On failure the steps
 * stay, and there is no heap process. */
bool replay_recover(struct session *session, struct error *error);

/* The process ended between two requests: say how in session->notice, and recover. */
bool replay_revive(struct session *session, const struct target_failure *failure,
                   struct error *error);

/* Append what recovery led to ("; a fresh heap is as it was after step 3"). */
void replay_add_recovery(const struct session *session, struct text *text);

/* Let the user know that the steps that were undone, which there are, cannot be redone. */
void replay_add_dropped(struct session *session);

/* Append a clause to session->notice. */
void replay_add_notice(struct session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
