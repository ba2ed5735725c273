/* mapped.h: for allocators whose memory is what they have mapped, with mmap: it is taken from the
 * break, so that it is there to be seen. Theirs are compiled to call the functions here, in their
 * own library. What is given back shrinks the break where it ends there, and is left otherwise. */
#ifndef OWN_MAPPED_H
#define OWN_MAPPED_H

#include <stdbool.h>

#include "base/text.h"

/* Whether the hand-in with this stripped source (see source.h) maps its memory, and has none
 * besides. */
bool mapped_is_used(const char *stripped);

/* Append what is compiled before the hand-in, and behind it. */
void mapped_add_names(struct text *text);
void mapped_add_frame(struct text *text);

#endif
