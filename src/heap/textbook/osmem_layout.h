/* osmem_layout.h: blocks on one list by their addresses, all of which a best fit looks at.
 *
 *      | state | block | block | ...                                       | break
 *
 *      block   | size, status, prev, next | payload, padding |
 *                        32 bytes
 *
 * The size is the payload's, a multiple of 8, and the list is that of all blocks, used and free. A
 * freed block stays as it is; before a search all free neighbours are merged. The heap has no
 * memory before the first request, and is never trimmed.
 *
 * What always holds: blocks tile the heap; each knows its neighbours. */
#ifndef HEAP_TEXTBOOK_OSMEM_LAYOUT_H
#define HEAP_TEXTBOOK_OSMEM_LAYOUT_H

#include "heap/textbook/book.h"

enum osmem_status { OSMEM_FREE, OSMEM_ALLOC };

struct osmem_meta {
    uint64_t size;
    int32_t status;
    uint32_t unused;
    struct osmem_meta *prev, *next;
};

struct osmem {
    struct hg_heap heap;
    struct hg_settings settings;
};

enum {
    OSMEM_META = sizeof(struct osmem_meta),
    OSMEM_UNIT = 8,
    OSMEM_LEAST = OSMEM_META + OSMEM_UNIT, /* what remains of a block is worth one of its own */
    OSMEM_FIRST = BOOK_START
};

_Static_assert(OSMEM_META == 32, "a header has 32 bytes");
_Static_assert(sizeof(struct osmem) <= BOOK_START, "the book's heap begins behind the state");

static inline struct osmem_meta *osmem_meta_at(const struct hg_heap *heap, uint64_t at)
{
    return book_at(heap, at);
}

static inline uint64_t osmem_total(const struct osmem_meta *meta)
{
    return OSMEM_META + meta->size;
}

static inline bool osmem_is_free(const struct osmem_meta *meta)
{
    return meta->status == OSMEM_FREE;
}

#endif
