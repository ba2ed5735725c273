/* halves.h: an allocator in several files of a folder, none of which has all of its functions: one
 * allocates, as getmem.c, and another frees, as freemem.c. */
#ifndef OWN_HALVES_H
#define OWN_HALVES_H

#include <stdbool.h>

#include "base/error.h"
#include "own/companions.h"

/* If the source at `path` has but half of an allocator, and the sources beside it the other, let
 * these be its companions, and have `stripped` say what all of them say.
 *   stripped    that of the source alone: see source.h
 *   companions  those that are known, and more */
void halves_add(const char *path, struct text *stripped, struct companions *companions);

/* Find the source in a folder that allocates: the file of the lab's name, or else the only one.
 *   ret_path  the caller's; set in any case
 *   returns   false with `error` set where several do */
bool halves_find(const char *folder, struct text *ret_path, struct error *error);

#endif
