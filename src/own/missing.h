/* missing.h: functions that an allocator calls and that nobody has, and the sources beside it that
 * define them. */
#ifndef OWN_MISSING_H
#define OWN_MISSING_H

#include "base/error.h"
#include "own/hand_in.h"
#include "own/symbols.h"

/* See whether a library that was compiled lacks what a source beside it would bring along: that is
 * an error, which names all such sources. What is not found there is the loader's to tell.
 *   symbols  the library's
 *   paths    of the sources that it was compiled from, as they were asked for, the first of which
 *            lies where the others may
 *   cost     unless something is missing, a look-up for each function that it does not define */
bool missing_check(const struct symbols *symbols, const struct hand_in_paths *paths,
                   struct error *error);

#endif
