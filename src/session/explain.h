/* explain.h: what the allocator did in a step and why, in plain words, made from its events.
 *
 * All of it speaks of the step whose events the session's mirror holds: the last one. */
#ifndef SESSION_EXPLAIN_H
#define SESSION_EXPLAIN_H

#include "session/session.h"

/* Append a sentence or two: what came of the step, and the reason. */
void explain_step(const struct session *session, const struct step *step, struct text *text);

/* Append the whole story, a line for each thing the allocator did, in the order it did them: the
 * four acts of malloc (request, search, split, handover), or those of free. A long search is elided
 * in the middle. */
void explain_story(const struct session *session, const struct step *step, struct text *text);

/* What an event belongs to: "request", "search", "split", ... */
const char *explain_act(const struct hg_event *event);

/* Append what one event of the step says, as a clause without a full stop. */
void explain_event(const struct session *session, const struct step *step,
                   const struct hg_event *event, struct text *text);

#endif
