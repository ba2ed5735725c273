/* makefile.h: what the Makefile beside an allocator's source says of how that is compiled. */
#ifndef OWN_MAKEFILE_H
#define OWN_MAKEFILE_H

#include <stdbool.h>

#include "base/text.h"

/* Whether the option stands there, for the source at `path`. */
bool makefile_has(const char *path, const char *option);

/* Append what it defines for all that it compiles: " -DLIMIT=4 -DFIRST_FIT". What only holds for
 * one of its targets, or what is for debugging, it does not. */
void makefile_add_definitions(const char *path, struct text *words);

#endif
