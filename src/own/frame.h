/* frame.h: what is compiled: a hand-in's source, and a few lines behind it that give its functions
 * the names and types by which they are called (see kind/own.h). */
#ifndef OWN_FRAME_H
#define OWN_FRAME_H

#include <stdbool.h>

#include "base/text.h"
#include "own/hand_in.h"

/* Whether the path of a source can stand in a directive that includes it. */
bool frame_can_name(const char *path);

/* Append it, for a hand-in whose source is reached at `path`, for which that holds. */
void frame_add(const char *path, bool is_cpp, const struct hand_in *hand_in, struct text *text);

#endif
