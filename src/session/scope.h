/* scope.h: what names mean, as in C: NAME is a variable of the frame on top. FRAME:NAME is one of
 * another: the innermost of the function FRAME, or main's, that has one; for "caller" the one that
 * called the one on top. */
#ifndef SESSION_SCOPE_H
#define SESSION_SCOPE_H

#include "session/session.h"

/* What the frame below the top is called, so that no function can be. */
#define SCOPE_CALLER "caller"

/* The place of the variable that is to be given a pointer: one that there is, or in the frame on
 * top the next one. False with `error` set when the name cannot mean one. */
bool scope_place_for(struct session *session, const char *name, uint32_t *ret_place,
                     struct error *error);

/* Whether frames are such that the action, a call, a local or a return, can be carried out; and its
 * places. */
bool scope_resolve(struct session *session, const struct action *action, struct op *op,
                   struct error *error);

/* Whether what the other variable of an action holds, or its address, can be copied. */
bool scope_check_source(const struct session *session, const struct action *action,
                        uint32_t *ret_place, struct error *error);

#endif
