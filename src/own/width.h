/* width.h: hand-ins that were written for 32 bits, as many of the older labs are, and are compiled
 * here for 64. */
#ifndef OWN_WIDTH_H
#define OWN_WIDTH_H

#include "base/text.h"

/* Append a line that says so, and by what that is known, of the source at `path`. */
void width_tell(const char *path, const char *source, struct text *warnings);

#endif
