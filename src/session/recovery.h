/* recovery.h: a session whose heap process did not survive. */
#ifndef SESSION_RECOVERY_H
#define SESSION_RECOVERY_H

#include "session/session.h"

/* Get another heap process, and bring it to where the steps lead; leave out the steps from the
 * first one on that does not survive being replayed. On failure the steps stay, and there is no
 * heap process. */
bool recovery_run(struct session *session, struct error *error);

/* The process ended between two requests: say how in session->notice, and recover. */
bool recovery_revive(struct session *session, const struct target_failure *failure,
                     struct error *error);

/* Append what recovery led to ("; a fresh heap is as it was after step 3"). */
void recovery_add(const struct session *session, struct text *text);

#endif
