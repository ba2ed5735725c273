/* seek.h: going on from here to the first moment that is wanted, among the steps that can be
 * redone: those that were undone, and the rest of a trace. */
#ifndef SESSION_SEEK_H
#define SESSION_SEEK_H

#include "session/session.h"

/* The first of the steps ahead that pleases, as far as the history knows of it; 0 if none does.
 *   cost  O(steps ahead) */
size_t seek_step(const struct session *session,
                 bool (*pleases)(const struct history *history, size_t number));

/* The same by the measures after each step. Of a traced one, those that are kept of each are all
 * that is known: see measure_is_kept.
 *   ret_step  0 if none pleases
 *   errors    the user stopped it */
bool seek_measures(const struct session *session,
                   bool (*pleases)(const void *context, const struct metrics *metrics),
                   const void *context, size_t *ret_step, struct error *error);

/* Whether a step is the first that has been looked for. */
bool seek_grows(const struct history *history, size_t number);
bool seek_shrinks(const struct history *history, size_t number);
bool seek_refused(const struct history *history, size_t number); /* an allocation */

/* The first step, of all known, after which the most was live; 0 where nothing ever was. */
size_t seek_peak(const struct history *history);

/* The first step, of all known, after which the heap was largest; 0 for the fresh heap. And the
 * first allocation that was refused; 0 if none was.
 *   cost  O(steps behind a trace) */
size_t seek_largest_heap(const struct history *history);
size_t seek_first_refusal(const struct history *history);

/* Carry out the steps ahead up to the first after which the session pleases, and stay there.
 *   moment    the session as it is then, to be looked at
 *   asks      whether that may ask the heap process; if it does not, steps go over in runs
 *   ret_step  where that is; 0 if none pleases, and all is as it was
 *   errors    a step did not go as before, or the user stopped it: all is as it was */
bool session_seek(struct session *session, bool (*pleases)(void *context, struct session *moment),
                  void *context, bool asks, size_t *ret_step, struct error *error);

#endif
