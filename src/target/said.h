/* said.h: what an allocator printed, in words. */
#ifndef TARGET_SAID_H
#define TARGET_SAID_H

#include "base/text.h"

/* Append what was printed, line by line, without what does not belong into a terminal; of many
 * lines the first: `printed "a" and "b"`, `printed "a", "b", ... and 7 lines more`.
 *   length  not 0 */
void said_add(struct text *text, const char *said, size_t length);

#endif
