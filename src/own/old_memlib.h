/* old_memlib.h: the lab's simulated memory as it was at first, and is in courses that took it from
 * there: two variables say where the heap begins and ends, and what cannot be had is NULL.
 *
 * A hand-in that uses it has the variables, and functions by those names over today's, compiled
 * into its own library. */
#ifndef OWN_OLD_MEMLIB_H
#define OWN_OLD_MEMLIB_H

#include <stdbool.h>

#include "base/text.h"

/* Whether the hand-in with this stripped source (see source.h) is for it. */
bool old_memlib_is_used(const char *stripped);

/* Append what its memlib.h declares; what is compiled before the hand-in, and behind it; and the
 * statements that come before mm_init is called. */
void old_memlib_add_header(struct text *text);
void old_memlib_add_names(struct text *text);
void old_memlib_add_frame(struct text *text);
void old_memlib_add_beginning(const char *stripped, struct text *text);

#endif
