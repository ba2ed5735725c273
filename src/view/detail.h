/* detail.h: everything about one block, as text. */
#ifndef VIEW_DETAIL_H
#define VIEW_DETAIL_H

#include "show/exhibit.h"
#include "view/options.h"
#include "view/scene.h"

/* Append what is known of the block that is exhibited.
 *   exhibit  its offset; its first bytes, of which its header is told; and the free lists
 *   cost     O(steps + free blocks) */
void detail_add_text(const struct scene *scene, const struct view_options *options,
                     const struct exhibit *exhibit, struct text *text);

/* Append a header word with its fields, the size and the flags: "0x33 = 48 + 3 (used, left used)".
 *   returns  false, with nothing appended, if the policy's blocks have no such header */
bool detail_add_tag(const struct picture *picture, const struct block *block, uint64_t word,
                    struct text *text);

/* Append the same as a sentence: "0x33: 48 bytes, in use; its left neighbour is in use".
 *   is_short  "0x33: 48 bytes, used, left used"
 *   returns   false likewise */
bool detail_add_sentence(const struct picture *picture, const struct block *block, uint64_t word,
                         bool is_short, struct text *text);

#endif
