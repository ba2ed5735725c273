/* looking.h: heaps that are only looked at: each look is a session without steps, and what changed
 * from one to the next can be told. */
#ifndef SESSION_LOOKING_H
#define SESSION_LOOKING_H

#include "session/session.h"

/* Whether the session is such a look. */
bool session_is_look(const struct session *session);

/* Fail, with an error that says so in one sentence, where the heap is only looked at. */
bool session_check_acts(const struct session *session, struct error *error);

/* The same where pointers are asked for: what points into another program's heap nobody has
 * looked for. */
bool session_check_pointers(const struct session *session, struct error *error);

/* Let the session be a look at a heap in an image: see kind/image.h. What it was before is gone,
 * but for the blocks, if that was another look at the same heap.
 *   image   an open file, which the session takes over; it may be that of the look at hand
 *   heap    its number there
 *   errors  it cannot be opened; all is as it was, and the file the caller's */
bool session_look(struct session *session, int image, uint32_t heap, struct error *error);

/* Read which pages of the heap the kernel had given when it was looked at.
 *   errors  it is a core file's, or the kernel did not tell */
bool session_read_look_pages(const struct session *session, struct pages *ret_pages,
                             struct error *error);

/* Append what changed since the look before: blocks that were allocated, freed, made larger or
 * smaller, by their offsets and sizes; those with mappings of their own, by their addresses; and
 * how the measures changed. One that was freed and handed
 * out again in between, with the same size, looks as if nothing had happened to it.
 *   errors  there was none
 *   cost    O(blocks) */
bool session_add_changes(const struct session *session, struct text *text, struct error *error);

#endif
