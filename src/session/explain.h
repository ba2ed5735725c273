/* explain.h: what the allocator did in a step and why, in plain words, made from its events. */
#ifndef SESSION_EXPLAIN_H
#define SESSION_EXPLAIN_H

#include "session/session.h"

/* Append a sentence or two on the session's last step, which is `step`. */
void explain_step(const struct session *session, const struct step *step, struct text *text);

#endif
