/* fit_break.h: the wilderness: moving the break up for a request, and down after a free. */
#ifndef HEAP_FIT_BREAK_H
#define HEAP_FIT_BREAK_H

#include "heap/fit/fit_layout.h"

/* Move the break up by at least `missing` bytes, and by enough for a block: a free block at the end
 * of the heap, merged with a free one to its left as the settings say, and listed. NULL when the
 * break cannot grow. */
struct fit_block *hg_fit_grow(struct fit *fit, size_t missing);

/* Move it up until a block at the end of the heap fits `need`. Returns that block, listed. */
struct fit_block *hg_fit_extend(struct fit *fit, const struct fit_need *need);

/* How much of the wilderness `block` the trim threshold keeps: all or nothing. */
static inline size_t fit_kept(const struct fit *fit, const struct fit_block *block)
{
    return fit_size(block) < fit->settings.trim ? fit_size(block) : 0;
}

/* Give back what `block`, free and on no list, has beyond `keep` bytes, if it is the wilderness.
 * Returns what is left of it, NULL if nothing. */
struct fit_block *hg_fit_trim(struct fit *fit, struct fit_block *block, size_t keep);

/* Give back what is too much of the free block at the break, which is on the list. */
void hg_fit_trim_wilderness(struct fit *fit);

/* Discard whole pages of all free blocks of `least` bytes or more. False if there are none. */
bool hg_fit_discard(struct fit *fit, size_t least);

/* As hg_trim. */
bool hg_fit_trim_all(struct hg_heap *heap, size_t keep);

#endif
