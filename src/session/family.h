/* family.h: programs that are followed together: the one that was started, and its children, each
 * of which makes the steps of a session of its own.
 *
 * What always holds: one of them is shown, and has the session that users act on; the others' wait
 * aside, and get their steps there. */
#ifndef SESSION_FAMILY_H
#define SESSION_FAMILY_H

#include "session/followed.h"

/* One of a program alone, at first; whose session it is shown in, the caller says. */
struct family *family_create(void);
/* NULL does nothing. All but the one that is shown are killed. */
void family_destroy(struct family *family);

/* How many there are, in the order in which they came; 1 where children are not followed. Which is
 * shown; and the session of any. */
size_t family_count(const struct session *session);
size_t family_shown(const struct session *session);
const struct session *family_member(const struct session *session, size_t index);

/* How many calls a member has made, with those of the process that it is a copy of. */
size_t family_calls(struct session *session, size_t index);

/* Show another: the session becomes its, and is at its last step.
 *   errors  the session of the one that is shown cannot come back to where that goes on; or the
 *           user wants to wait no longer for the steps of the other */
bool family_show(struct session *session, size_t index, struct error *error);

/* Make steps of the calls of those that are not shown, `most` of each at most.
 *   returns  how many */
size_t family_follow(struct session *session, size_t most);

/* Whether those that are not shown have ended, and all of their calls are steps. */
bool family_is_over(const struct session *session);

/* Whether any of those waits in its next call. */
bool family_waits(const struct session *session);

/* Let all wait in their next calls; let all go on. */
void family_hold(struct session *session);
void family_release(struct session *session);

#endif
