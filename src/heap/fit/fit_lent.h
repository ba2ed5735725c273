/* fit_lent.h: the index in memory that was lent (heap/lent_index.h), by which a list is searched on
 * long traces, where nobody watches, and the place of a block on a sorted list is found.
 *
 * Where the heap may have its index in the free blocks (fit_index.h), best and worst fit prefer
 * that for lists that are not sorted. There is never more than one of the two. Where this one is
 * not there, each function here returns at once, with nothing. */
#ifndef HEAP_FIT_LENT_H
#define HEAP_FIT_LENT_H

#include "heap/fit/fit_layout.h"
#include "heap/lent_index.h"

static inline struct lent_index *fit_lent(const struct fit *fit)
{
    return lent_index(&fit->heap);
}

/* So many blocks were looked at along the list: from now on there may be an index.
 *   cost     O(free blocks), when it is made */
void hg_fit_lent_tire(struct fit *fit, uint64_t looked_at);

/* A block is put on the list where the order wants it, or under `label` in another's place; or is
 * taken off. */
void hg_fit_lent_push(const struct fit *fit, const struct fit_block *block);
void hg_fit_lent_inherit(const struct fit *fit, const struct fit_block *block, uint32_t label);
void hg_fit_lent_remove(const struct fit *fit, const struct fit_block *block);

/* Where free neighbours are merged later: the lowest of the blocks that were put on the list beside
 * a free one, are still there, and were not asked for yet; NULL for none.
 *   cost     O(log free blocks) */
struct fit_block *hg_fit_lent_next_to_merge(const struct fit *fit);

/* The label of a block on the list. */
uint32_t hg_fit_lent_label(const struct fit *fit, const struct fit_block *block);

/* The block on a sorted list behind which this one belongs, which is not on it; NULL for none. */
struct fit_block *hg_fit_lent_before(const struct fit *fit, const struct fit_block *block);

/* The block that the fit's search for `size` bytes would choose; NULL if none fits.
 *   cost     O(log free blocks) */
struct fit_block *hg_fit_lent_find(const struct fit *fit, size_t size);

#endif
