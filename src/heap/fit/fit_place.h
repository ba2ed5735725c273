/* fit_place.h: splitting a free block for a request, and merging blocks with their neighbours. */
#ifndef HEAP_FIT_PLACE_H
#define HEAP_FIT_PLACE_H

#include "heap/fit/fit_layout.h"

/* Write the tag, canaries and footer of a block, and tell its right neighbour whether it is used.
 *   flags    FIT_USED and FIT_LEFT_USED, or neither */
void hg_fit_write(struct fit *fit, struct fit_block *block, size_t size, unsigned flags);

/* Turn `block`, free and on the list, into a used block for `need`, and report the handover. */
struct fit_block *hg_fit_place(struct fit *fit, struct fit_block *block,
                               const struct fit_need *need);

/* Cut `block`, used, down to `size` if the rest is worth a block. Returns the rest, used too; NULL
 * if it is not. */
struct fit_block *hg_fit_cut(struct fit *fit, struct fit_block *block, size_t size);

/* Take the free right neighbour of `block`, used, into it. */
void hg_fit_absorb(struct fit *fit, struct fit_block *block);

/* Merge `size` bytes at `block`, free and on no list, perhaps too few for a header of their own,
 * with the left neighbour, free and listed. Returns the whole, on no list. */
struct fit_block *hg_fit_merge_left(struct fit *fit, struct fit_block *block, size_t size);

/* Make `block`, until now used, free, and merge it as the settings say. Returns the whole, on no
 * list. */
struct fit_block *hg_fit_free(struct fit *fit, struct fit_block *block);

/* Merge all free neighbours, which there are under deferred alone. Returns whether there were
 * any. */
bool hg_fit_coalesce(struct fit *fit);

#endif
