/* fit_index.h: an index beside the free list, by which best and worst fit find on long traces,
 * where nobody watches, the very block that a scan of the list would.
 *
 *            | tag | canaries | next | prev | left right label count | ... | footer |
 *                             '--- links ---'------- node ----------'
 *
 * The free blocks that have room for a node are a treap, ordered by size, and of one size by which
 * comes first on the list. It hangs from `index` in the layout, where it costs a heap nothing that
 * it did not have. A label says when a block was put on the list, newer ones being larger; what
 * remains of a block inherits its place and its label.
 *
 * What always holds while there is an index: it has all free blocks but the tiny ones, which have
 * no room. Those have few sizes, and all are smaller than any in it. It is made when it is allowed
 * and a search would scan a long list, and dropped as soon as somebody watches: then the list is
 * scanned, and told; or as soon as the heap has more than 32 GiB. */
#ifndef HEAP_FIT_INDEX_H
#define HEAP_FIT_INDEX_H

#include "heap/fit/fit_layout.h"

struct fit_node {
    uint32_t left, right; /* in words from the heap's start; 0 for none */
    uint32_t label;
    uint32_t count; /* of nodes in this treap */
};

enum fit_switches { FIT_MAY_INDEX = 1 }; /* in heap.flags */

static inline bool fit_has_index(const struct fit *fit)
{
    return fit->heap.flags & FIT_MAY_INDEX && fit->layout.index != 0;
}

enum { FIT_INDEX_LEAST = 64 }; /* free blocks: a shorter list is scanned as fast */

/* Whether there is an index, or it might pay. */
static inline bool fit_could_index(const struct fit *fit)
{
    return fit->heap.flags & FIT_MAY_INDEX &&
           (fit->layout.index != 0 || fit->free_count >= FIT_INDEX_LEAST);
}

/* Make the index, if there is none, it may be, and it pays. Returns whether there is one. */
bool hg_fit_index_make(struct fit *fit);

/* Forget it. */
void hg_fit_index_drop(struct fit *fit);

/* A block was put on the list, at the end where new ones go, or under `label` in another's place;
 * or is to be taken off. Where somebody watches, the index is dropped instead. */
void hg_fit_index_push(struct fit *fit, struct fit_block *block);
void hg_fit_index_inherit(struct fit *fit, struct fit_block *block, uint32_t label);
void hg_fit_index_remove(struct fit *fit, struct fit_block *block);

/* The label of a block that the index has; of any other, no matter what. */
uint32_t hg_fit_index_label(const struct fit *fit, const struct fit_block *block);

/* The block that a scan for `size` bytes would choose: the smallest that fits, or the largest; of
 * several such the first on the list. NULL if none fits.
 *   cost     O(log free blocks), and a scan up to the first that fits where tiny ones do */
struct fit_block *hg_fit_index_find(struct fit *fit, size_t size, bool smallest);

#endif
