/* key.h: what can stand behind `set`: the settings of the heap, and the user's preferences. */
#ifndef COMMAND_KEY_H
#define COMMAND_KEY_H

#include "base/error.h"

/* Say that there is no setting and no preference of this name, and which was probably meant.
 * Returns false. */
bool key_unknown(const char *name, struct error *error);

#endif
