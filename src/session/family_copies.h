/* family_copies.h: members of a family that are copies of others' processes: the calls of those, up
 * to then, are steps of theirs, too.
 *
 * To make all of them again takes as long as it took their parent. So only some are made before
 * anybody asks; other copies are put off, and their calls wait where they tell them, until they are
 * to be shown or many calls wait. */
#ifndef SESSION_FAMILY_COPIES_H
#define SESSION_FAMILY_COPIES_H

#include "session/session.h"

/* Whether a member is a copy that has not all the steps of its parent; one that executes a program
 * at once need not have them. */
bool copies_must_begin(const struct session *member);

/* Make some of these steps, `most` at most, unless that is put off; or make steps of calls of its
 * parent's, which come first.
 *   returns  how many */
size_t copies_go_on(struct session *session, struct session *member, size_t most);

/* Make them all, if the member is a copy.
 *   errors  the user wants to wait no longer; it can be gone on with */
bool copies_begin(struct session *session, struct session *member, struct error *error);

/* A member executes another program next, and its steps are forgotten: let all copies of it that
 * there are know theirs. */
void copies_find_steps(struct session *session);

/* family.c: a member, and that which a process is; NULL for none. */
struct session *family_at(struct session *session, size_t index);
struct session *family_find(struct session *session, pid_t process);

/* family.c: those that have asked to be followed become members. */
void family_take_children(struct session *session);

#endif
