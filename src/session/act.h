/* act.h: the parts of carrying out an action as the next step, for actions one by one and for those
 * that are carried out ahead. */
#ifndef SESSION_ACT_H
#define SESSION_ACT_H

#include "session/session.h"

/* What an action is as a step, from where the variables point now. False with `error` set when it
 * makes no sense. */
bool act_prepare(struct session *session, const struct action *action, struct step *ret_step,
                 struct error *error);

/* A step has been carried out, and the picture is as it is afterwards: make it the last one. False
 * with `error` set when it was refused so that it is none.
 *   is_there  the heap process is not ahead of it */
bool act_conclude(struct session *session, struct step *step, bool is_there, struct error *error);

/* The target failed in a step: say how, and recover. Returns false. */
bool act_fail(struct session *session, const struct step *step, const struct action *action,
              struct error *error);

#endif
