/* fast_blocks.h: freeing, merging and resizing blocks where they are. */
#ifndef HEAP_FAST_BLOCKS_H
#define HEAP_FAST_BLOCKS_H

#include "heap/fast/fast_layout.h"

/* Make `block`, of `units`, free and list it. Its neighbours must be used.
 *   left     what its own LEFT flags must say */
void hg_fast_make_free(struct fast *fast, struct fast_block *block, uint32_t units, uint32_t left);

/* Make `block`, used, free: merge it with its free neighbours, and list the whole, or give it back
 * to the system. Always true, so that what frees can end in it. */
bool hg_fast_release(struct fast *fast, struct fast_block *block);

/* Give back what the last block, if it is free, has beyond `keep` bytes. */
void hg_fast_trim_last(struct fast *fast, size_t keep);

/* Merge and list `block`, used in the eyes of its neighbours, but reported to be free. Always true,
 * too. */
bool hg_fast_settle(struct fast *fast, struct fast_block *block);
bool hg_fast_settle_unwatched(struct fast *fast, struct fast_block *block);
bool hg_fast_settle_tlsf(struct fast *fast, struct fast_block *block); /* unwatched, too */

/* Cut `block`, used, down to `units`, fewer than it has; the rest becomes free. */
void hg_fast_cut(struct fast *fast, struct fast_block *block, uint32_t units);

/* Enlarge `block`, used, to `units` without moving it: into a free right neighbour, or with it to a
 * higher break. False, and nothing changed, where that is not possible. */
bool hg_fast_enlarge(struct fast *fast, struct fast_block *block, uint32_t units);

/* Whether `block`, used, has `units` together with its free neighbours, but not without the left
 * one. */
bool hg_fast_can_slide(const struct fast_block *block, uint32_t units);

/* Enlarge `block`, which can slide, to `units`: move it down to where its left neighbour starts,
 * with what its payload holds. Reported as freeing, copying and taking. Returns where it is now. */
struct fast_block *hg_fast_slide(struct fast *fast, struct fast_block *block, uint32_t units);

#endif
