/* wrong_use.h: what is wrong with what a program is about to do with a pointer: what was freed
 * before, what the allocator never gave out, what points nowhere. Told with the steps that made it
 * so; nothing is changed. */
#ifndef SESSION_WRONG_USE_H
#define SESSION_WRONG_USE_H

#include "session/session.h"

/* Whether what the variable holds is something that the action can be carried out on. False with
 * `error` set, which says how it can be forced.
 *   cost  O(steps) where it is not */
bool wrong_use_check(const struct session *session, const struct action *action,
                     const struct variable *variable, struct error *error);

#endif
