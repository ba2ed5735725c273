/* present.h: what traced steps had done by the last of them, where more come, as of a program that
 * runs. The index (traced_index.h) says the same of any step, but is made of all steps there are,
 * which takes longer each time that somebody looks at the heap.
 *
 * The present is asked of who adds the steps, and knows for himself what each place holds, and
 * which place has a payload. He tells when that is so, and when it is over. Steps that come one by
 * one may change a few places meanwhile: what was so of these is kept, and the present stays. */
#ifndef SESSION_PRESENT_H
#define SESSION_PRESENT_H

#include "session/traced.h"

/* The moment after the last step is the present.
 *   payloads  by 1 + payload: which place has it, and what was asked for, of all places but those
 *             that are told of next; it stays the caller's until the present has ended
 *   live      so many payloads are */
void present_begin(struct traced *traced, const struct address_table *payloads, size_t live);

/* Another step is to change a place, or may have changed it in `payloads`; these are the places as
 * they are before it. The present ends where there were too many. Does nothing where there is none.
 *   places  what was done to each, as far as they were in use at the present; stay the caller's
 *           until they are told anew, or the present has ended */
void present_keep(struct traced *traced, const struct traced_place *places, uint32_t place);

void present_end(struct traced *traced);

/* Whether the moment after a step is the present. Then what follows can be asked: what had been
 * done to a place; and the step that gave a payload that is live, 0 where it is not. */
bool present_is(const struct traced *traced, size_t step);
struct traced_place present_place(const struct traced *traced, uint32_t place);
uint32_t present_giver(const struct traced *traced, uint64_t payload);

/* What was asked for of a payload, if that can be said without a look at the steps. */
bool present_requested(const struct traced *traced, uint64_t payload, uint64_t *ret_requested);

#endif
