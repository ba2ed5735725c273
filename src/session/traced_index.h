/* traced_index.h: what traced steps had done by any of them, asked place by place and payload by
 * payload, so that nobody has to go through all steps, or all variables, to know of a few.
 *
 * Two rows of step numbers: those about each place, and those that gave each payload; each is in
 * the order of the steps, so that the last one up to some step is found by halving. They take some
 * six bytes for each step. */
#ifndef SESSION_TRACED_INDEX_H
#define SESSION_TRACED_INDEX_H

#include "base/progress.h"
#include "session/traced.h"

/* Let all steps be in the index.
 *   returns  false where the progress has stopped it: there is none then
 *   cost     some 40 ns for each, unless they are already */
bool traced_index_make(struct traced *traced, const struct progress *progress);
void traced_index_finish(struct traced_index *index);

/* The bytes that it takes. */
size_t traced_index_bytes(const struct traced_index *index);

/* The rest asks of a step that is in the index, or 0. */

/* How many places were in use after a step, and how many payloads were live. */
uint32_t traced_places_at(const struct traced *traced, size_t step);
size_t traced_live_at(const struct traced *traced, size_t step);

/* What had been done to a place by a step.
 *   cost  O(log steps), and O(resizings in a row) */
struct traced_place traced_place_at(const struct traced *traced, uint32_t place, size_t step);

/* The step that gave a payload that is live after a step; 0 where it is not live.
 *   near  0, or as it was left: payloads that are asked for in rising order are found quickly
 *   cost  O(log steps) */
uint32_t traced_giver_at(const struct traced *traced, uint64_t payload, size_t step, size_t *near);

#endif
