/* segment.h: simulated memory of whole pages, as heap allocators have it that are not handed their
 * memory, but have a segment grow. A hand-in that uses it has its functions compiled into its own
 * library, over mem_sbrk. */
#ifndef OWN_SEGMENT_H
#define OWN_SEGMENT_H

#include <stdbool.h>

#include "base/text.h"

/* Whether the hand-in with this stripped source (see source.h) is for it. */
bool segment_is_used(const char *stripped);

/* Append what its segment.h declares; and what is compiled behind the hand-in. */
void segment_add_header(struct text *text);
void segment_add_frame(struct text *text);

#endif
