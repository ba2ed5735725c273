/* malloc_state.h: what the C library's malloc has in a program, in words and numbers. */
#ifndef COMMAND_MALLOC_STATE_H
#define COMMAND_MALLOC_STATE_H

#include "session/session.h"

/* Append what an image tells: arenas, heaps, threads' caches, large blocks, parameters.
 *   session  a look at a heap of it, or the user's own heap, whose variables name large blocks
 *   file     the image
 *   errors   it cannot be read */
bool malloc_state_add(const struct session *session, int file, struct text *text,
                      struct error *error);

#endif
