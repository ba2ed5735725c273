/* kr_layout.h: a circular list of free blocks in address order, searched from where the last search
 * ended.
 *
 *      | state, base | block | block | ...                                | break
 *
 *      block   | next, size | payload, padding |
 *
 * All is counted in units of 16 bytes, a header's size. The list begins and ends at the base, a
 * header of size 0 in the state. A used block's next means nothing, and no bit says that it is
 * used: what is free is on the list, and nothing else is.
 *
 * What always holds: the list holds the free blocks by their addresses; no two of them are
 * neighbours; `last`, where the next search begins, is on the list, or the base. */
#ifndef HEAP_TEXTBOOK_KR_LAYOUT_H
#define HEAP_TEXTBOOK_KR_LAYOUT_H

#include "heap/textbook/book.h"

struct kr_header {
    struct kr_header *next;
    uint64_t size; /* in units, the header's among them */
};

struct kr {
    struct hg_heap heap;
    struct hg_settings settings;
    struct kr_header base;
    struct kr_header *last;
};

enum { KR_UNIT = sizeof(struct kr_header), KR_FIRST = BOOK_START };

_Static_assert(sizeof(struct kr) <= BOOK_START, "the book's heap begins behind the state");

static inline struct kr *kr_of(struct hg_heap *heap)
{
    return (struct kr *)heap;
}

static inline uint64_t kr_at(const struct hg_heap *heap, const struct kr_header *block)
{
    return hg_offset(heap, block);
}

static inline uint64_t kr_bytes(const struct kr_header *block)
{
    return block->size * KR_UNIT;
}

static inline struct kr_header *kr_end(struct kr_header *block)
{
    return block + block->size;
}

#endif
