/* untold.h: the blocks of a heap that does not tell them: they are where its payloads are, and of
 * what lies between those nothing is known. */
#ifndef SESSION_UNTOLD_H
#define SESSION_UNTOLD_H

#include "session/picture.h"

/* Cut what was read as untold at the payloads that were handed out and not given back.
 *   ret_count  how many blocks that makes; they tile what was read
 *   returns    the blocks, in the order of their addresses; the caller's to free
 *   cost       O(n log n) for n payloads */
struct block *untold_cut(const struct picture *picture, const struct hg_block *read,
                         size_t *ret_count);

#endif
