/* lent_index.h: the free blocks once more, in trees beside the heap, by which engines find on long
 * traces, where nobody watches, the very block that their searches would, and where on the list a
 * block goes.
 *
 *      | room, roots ... | node | node | ...
 *
 *      node    | key | left, right | place, size, largest |
 *
 * One tree has the blocks in the order of the list, and knows of each part of it the largest block
 * there; one has them by their sizes, and those of one size as on the list. Where the list is not
 * in the order of addresses, a label says when a block was put on it, what remains of a block and
 * keeps its place inherits its label, and a third tree knows the labels by address. An engine says
 * which trees it has a use for. All are treaps, which addresses make even, and count in words of 4
 * bytes from the heap's start, up to 16 GiB: a heap that outgrows that has none any more.
 *
 * What always holds while there is an index: it has all free blocks, with their sizes. It is made
 * where searches have been long, if memory was lent (heap/aside.h), and changes nothing in the
 * heap. Where there is none, each function here returns at once, with nothing. */
#ifndef HEAP_LENT_INDEX_H
#define HEAP_LENT_INDEX_H

#include "heap/aside.h"

enum { LENT_WORD = 4 };

struct lent_node {
    uint64_t key;         /* what is less comes first in its tree */
    uint32_t left, right; /* numbers of nodes; 0 for none */
    uint32_t place, size, largest;
};

/* In the order of the list; by size, then as on the list; by address, with labels for sizes; or
 * places to look at later, by address, which there is always. */
enum lent_tree { LENT_BY_PLACE, LENT_BY_SIZE, LENT_LABELS, LENT_LATER, LENT_TREE_COUNT };

struct lent_index {
    uint32_t room, used, spare; /* nodes, how many were ever used, and the first given back */
    uint32_t trees;             /* a bit for each that there is: 1 << LENT_BY_PLACE and such */
    enum hg_order order;        /* of the list */
    uint32_t roots[LENT_TREE_COUNT];
    uint32_t front, back;     /* the next labels before and behind all others */
    uint64_t own;             /* the engine's own word; 0 at first */
    struct lent_node nodes[]; /* the first is none */
};

/* The index, if there is one. */
static inline struct lent_index *lent_index(const struct hg_heap *heap)
{
    return hg_aside_kept(heap);
}

/* Begin an index of a list in this order, by these trees, with nothing in it: all free blocks are
 * to be added, in the list's order. False where it cannot be. */
bool hg_lent_index_make(const struct hg_heap *heap, enum hg_order order, uint32_t trees);

/* The label for a block that comes on the list now: at its front or its back, or by its size before
 * its equals or behind them. Where there are no labels, or no index, 0. */
uint32_t hg_lent_index_front(const struct hg_heap *heap);
uint32_t hg_lent_index_back(const struct hg_heap *heap);

/* A block is free from now on, or is not any more: `at` and `size` in bytes, as everywhere below.
 *   label    among labels, those of blocks; 0 for all where the list is in order of addresses
 *   cost     O(log free blocks) */
void hg_lent_index_put(const struct hg_heap *heap, uint32_t label, uint64_t at, uint64_t size);
void hg_lent_index_remove(const struct hg_heap *heap, uint64_t at, uint64_t size);

static inline void hg_lent_index_add(const struct hg_heap *heap, uint64_t at, uint64_t size)
{
    hg_lent_index_put(heap, 0, at, size);
}

/* The label of a free block; 0 where there are none. */
uint32_t hg_lent_index_label(const struct lent_index *index, uint64_t at);

/* Where such a block is in the order of the list, as a number: less comes first. */
uint64_t hg_lent_index_key(const struct lent_index *index, uint32_t label, uint64_t at,
                           uint64_t size);

/* Where free blocks are; 0 for none: the first with `size` bytes or more, from this key on; the
 * last before this key; the smallest with `size` bytes or more, the first of several; and the first
 * of the largest, whatever its size.
 *   cost     O(log free blocks) */
uint64_t hg_lent_index_first(const struct lent_index *index, uint64_t key, uint64_t size);
uint64_t hg_lent_index_before(const struct lent_index *index, uint64_t key);
uint64_t hg_lent_index_best(const struct lent_index *index, uint64_t size);
uint64_t hg_lent_index_worst(const struct lent_index *index);

/* Whether a block at this place, of this size if the index is by size alone, is free. */
bool hg_lent_index_has(const struct lent_index *index, uint64_t at, uint64_t size);

/* ---- For who merges later ---- */

/* Keep a place to look at later. */
void hg_lent_index_defer(const struct hg_heap *heap, uint64_t at);
/* Take the lowest that is kept; 0 for none. */
uint64_t hg_lent_index_next(struct lent_index *index);

#endif
