/* book_index.h: the free blocks once more, in trees beside the heap, by which the engines of the
 * textbooks find on long traces, where nobody watches, the very block that their searches would.
 *
 *      | room, roots ... | node | node | ...
 *
 *      node    | key | left, right | size, largest |
 *
 * One tree has the blocks in the order of the list, and knows of each part of it the largest block
 * there; one has them by their sizes, and of one size by their addresses. Where the list is not in
 * the order of addresses, a label says when a block was put on it, what remains of a block inherits
 * its label, and a third tree knows the labels by address. An engine says which trees it has a use
 * for. All are treaps, which addresses make even, and count in words of 4 bytes from the heap's
 * start, up to 16 GiB: a heap that outgrows that has none any more.
 *
 * What always holds while there is an index: it has all free blocks, with their sizes. It is made
 * where searches have been long, if memory was lent (heap/aside.h), and changes nothing in the
 * heap. Where there is none, each function here returns at once, with nothing. */
#ifndef HEAP_TEXTBOOK_BOOK_INDEX_H
#define HEAP_TEXTBOOK_BOOK_INDEX_H

#include "heap/aside.h"

enum { BOOK_INDEX_WORD = 4 };

struct book_node {
    uint64_t key;
    uint32_t left, right; /* numbers of nodes; 0 for none */
    uint32_t size, largest;
};

/* Ordered by label and address, by size and address, or by address alone; its nodes know sizes, or
 * the last one's labels. */
enum book_tree { BOOK_BY_PLACE, BOOK_BY_SIZE, BOOK_LABELS, BOOK_TREE_COUNT };

struct book_index {
    uint32_t room, used, spare; /* nodes, how many were ever used, and the first given back */
    uint32_t trees;             /* a bit for each that there is: 1 << BOOK_BY_PLACE and such */
    uint32_t roots[BOOK_TREE_COUNT];
    uint32_t deferred;        /* a node with the block that was deferred last; `left` leads on */
    uint32_t front, back;     /* the next labels before and behind all others */
    uint64_t last;            /* the engine's own: where the last of all blocks is */
    struct book_node nodes[]; /* the first is none */
};

/* The index, if there is one. */
static inline struct book_index *book_index(const struct hg_heap *heap)
{
    return hg_aside_kept(heap);
}

/* Begin an index of these trees with nothing in it, to which all free blocks are to be added. False
 * where it cannot be. */
bool hg_book_index_make(const struct hg_heap *heap, uint32_t trees);

/* A block is free from now on, or is not any more: `at` and `size` in bytes, as everywhere below.
 *   label    among labels, those of blocks; 0 for all where the list is in order of addresses
 *   cost     O(log free blocks) */
void hg_book_index_put(const struct hg_heap *heap, uint32_t label, uint64_t at, uint64_t size);
void hg_book_index_remove(const struct hg_heap *heap, uint64_t at, uint64_t size);

static inline void hg_book_index_add(const struct hg_heap *heap, uint64_t at, uint64_t size)
{
    hg_book_index_put(heap, 0, at, size);
}

/* The label of a free block; 0 where there are none. */
uint32_t hg_book_index_label(const struct book_index *index, uint64_t at);

/* Where free blocks are; 0 for none: the first at or behind `from` with `size` bytes or more; the
 * last before one that has this label and is `at`; the smallest with `size` bytes or more, the
 * first of several; and the first of the largest, whatever its size.
 *   cost     O(log free blocks) */
uint64_t hg_book_index_first(const struct book_index *index, uint64_t from, uint64_t size);
uint64_t hg_book_index_before(const struct book_index *index, uint32_t label, uint64_t at);
uint64_t hg_book_index_best(const struct book_index *index, uint64_t size);
uint64_t hg_book_index_worst(const struct book_index *index);

/* Whether a block at this place, of this size if the index is by size alone, is free. */
bool hg_book_index_has(const struct book_index *index, uint64_t at, uint64_t size);

/* ---- For who merges later ---- */

/* Keep a place to look at later. */
void hg_book_index_defer(const struct hg_heap *heap, uint64_t at);
/* Take one that was kept; 0 for none. */
uint64_t hg_book_index_next(struct book_index *index);

#endif
