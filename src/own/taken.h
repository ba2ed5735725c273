/* taken.h: for allocators under other names whose memory the C library's malloc gives: it is taken
 * from the break, so that it is there to be seen. Theirs are compiled to call the functions here,
 * in their own library. What is given back stays. Where the heap is an array, it is the C library's
 * after all. */
#ifndef OWN_TAKEN_H
#define OWN_TAKEN_H

#include <stdbool.h>

#include "own/hand_in.h"

/* Whether a hand-in takes memory so, in its source or in what belongs to that, and has none
 * besides. In C++ its functions' names say of what types they are, so none is known. */
bool taken_is_used(const struct hand_in *hand_in, bool is_cpp);

/* Whether its own source does. */
bool taken_is_own(const struct hand_in *hand_in);

/* A function that is in its library then. */
#define TAKEN_FUNCTION "heapglass_taken"

/* Append what is compiled before each of its sources, and behind the first. */
void taken_add_names(struct text *text);
void taken_add_frame(struct text *text);

#endif
