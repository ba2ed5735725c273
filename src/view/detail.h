/* detail.h: everything about one block, as text. */
#ifndef VIEW_DETAIL_H
#define VIEW_DETAIL_H

#include "session/session.h"
#include "view/options.h"

/* Append what is known of the block at the offset `at`.
 *   bytes  the block's first `count` bytes, of which its header is told
 *   cost   O(steps + free blocks) */
void detail_add_text(struct session *session, const struct view_options *options, uint64_t at,
                     const unsigned char *bytes, size_t count, struct text *text);

/* Append a header word with its fields, the size and the flags: "0x33 = 48 + 3 (used, left used)".
 *   returns  false, with nothing appended, if the policy's blocks have no such header */
bool detail_add_tag(const struct session *session, const struct block *block, uint64_t word,
                    struct text *text);

#endif
