/* diverted.h: what a library of the user's calls the system for, where that is to be seen: its own
 * slots for those functions are written over when it has been loaded, so that they lead here. What
 * it calls otherwise, and what others call that it is linked with, goes its way.
 *
 * Of an allocator that maps its memory, and moves no break, that is taken from the break: what it
 * gives back at the break's end shrinks that, and what is left is found again. Of one that does
 * both, it is let through, and counted. */
#ifndef KIND_DIVERTED_H
#define KIND_DIVERTED_H

#include <stdbool.h>
#include <stddef.h>

/* Begin, for a library that dlopen answered. */
void divert_library(void *library);

/* Whether it would map memory apart from the break; whether it ever did; and how much it has so. */
bool diverted_is_apart(void);
bool diverted_has_been(void);
size_t diverted_size(void);

#endif
