/* taken.h: for allocators under other names whose memory the C library's malloc gives: it is taken
 * from the break, so that it is there to be seen. Theirs are compiled to call the functions here,
 * in their own library. What is given back stays. */
#ifndef OWN_TAKEN_H
#define OWN_TAKEN_H

#include <stdbool.h>

#include "base/text.h"
#include "own/interface.h"

/* Whether the hand-in with this stripped source (see source.h) takes its memory so, and has none
 * besides. */
bool taken_is_used(const struct interface *interface, const char *stripped);

/* Append what is compiled before the hand-in, and behind it. */
void taken_add_names(struct text *text);
void taken_add_frame(struct text *text);

#endif
