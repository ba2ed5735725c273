/* narrow.h: a library for 32 bits in a process for 64: what a compiler makes of a source for x32.
 * Its pointers, its long and its size_t have 4 bytes, as those of i386 have, but its code is this
 * machine's, and runs as any other does.
 *
 * All that it knows of has to lie below 4 GiB: its code and its variables, what it calls, its heap,
 * and the stack, which is one of its own while it runs. What it calls is found in narrow_calls.h,
 * and what it has is called by a few instructions that change the stack. */
#ifndef KIND_NARROW_H
#define KIND_NARROW_H

#include <stdbool.h>

/* Whether the file at a path is one. */
bool narrow_is_library(const char *path);

/* Load it, once however often that is done.
 *   returns  what is wrong; NULL for nothing */
const char *narrow_load(const char *path);

/* Which of a function's arguments are sizes, of which one from 4 GiB on is answered with 0. */
enum { NARROW_NO_SIZE = 0, NARROW_FIRST_SIZE = 1, NARROW_SECOND_SIZE = 2 };

/* Something that can be called in place of a function that the loaded library has, which takes
 * pointers and numbers, and answers one or nothing; NULL where there is none of that name. */
void *narrow_find(const char *name, unsigned sizes);

#endif
