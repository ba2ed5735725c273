/* explain.h: what the allocator did in a step and why, in plain words, made from its events.
 *
 * All of it speaks of a step whose events the picture holds: the picture is of how things are right
 * after it, and the history knows what was before. */
#ifndef EXPLAIN_EXPLAIN_H
#define EXPLAIN_EXPLAIN_H

#include "session/session.h"

/* How sizes are told: as people say them (1.8K), or in bytes, where they are to be reckoned. */
enum explain_sizes { EXPLAIN_ROUNDED, EXPLAIN_EXACT };

/* Append a sentence or two: what came of the step, and the reason, with rounded sizes. */
void explain_step(const struct picture *picture, const struct history *history,
                  const struct step *step, struct text *text);

/* Append the same for the step that the session is at: nothing before the first. */
void explain_last_step(const struct session *session, enum explain_sizes sizes, struct text *text);

/* Append the whole story of step number `number`, which is known and not 0: a line for each thing
 * the allocator did, in the order it did them: the four acts of malloc (request, search, split,
 * handover), or those of free. A long search is elided in the middle. The session stays as it is.
 *   returns  false with `error` set when that moment cannot be had */
bool explain_story_of(struct session *session, size_t number, struct text *text,
                      struct error *error);

/* Append a clause on what was printed where the heap was opened; nothing if that was nothing. */
void explain_opening(const struct picture *picture, struct text *text);

/* What an event belongs to: "request", "search", "split", ... */
const char *explain_act(const struct hg_event *event);

/* Append what one event of the step says, as a clause without a full stop. */
void explain_event(const struct picture *picture, const struct history *history,
                   const struct step *step, const struct hg_event *event, enum explain_sizes sizes,
                   struct text *text);

#endif
