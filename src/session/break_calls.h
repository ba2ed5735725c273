/* break_calls.h: each call that moved the heap's break, or tried to, with the step that it was for.
 *
 * They are in the order of their steps. What no event tells of a step shows as
 * the one call that would have come to the same. */
#ifndef SESSION_BREAK_CALLS_H
#define SESSION_BREAK_CALLS_H

#include "session/picture.h"

struct break_call {
    uint32_t step; /* 0: of opening the heap */
    bool is_down;
    bool refused;
    uint64_t at;   /* where the break was: an offset */
    uint64_t size; /* bytes to move it by */
};

/* Calls that are all zero are none. */
struct break_calls {
    struct break_call *items;
    size_t count, capacity;
};

void break_calls_finish(struct break_calls *calls);

/* Note what step number `step`, which has just been carried out, did to the break. What was noted
 * of it, or of later ones, is of another past, and is forgotten.
 *   picture      after the step, with its events
 *   size_before  of the heap */
void break_calls_note(struct break_calls *calls, uint32_t step, const struct picture *picture,
                      uint64_t size_before);

/* Note that step number `step`, which is behind all that were noted, moved the break, of which no
 * more is known. */
void break_calls_add(struct break_calls *calls, uint32_t step, uint64_t from, uint64_t to);

/* Note one of a step that is not before those that were noted. */
void break_calls_append(struct break_calls *calls, const struct break_call *call);

/* How many are of steps up to number `step`. */
size_t break_calls_until(const struct break_calls *calls, size_t step);

#endif
