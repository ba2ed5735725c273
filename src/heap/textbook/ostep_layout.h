/* ostep_layout.h: a list of free pieces, in one of five orders, searched by first, best or worst
 * fit.
 *
 *      | state | block | block | ...                                       | break
 *
 *      block   | size, magic | payload, padding |   used
 *              | size, next  |  ...             |   free
 *                 16 bytes
 *
 * Sizes are multiples of 16, so any piece can hold its header. A larger piece is cut in place: its
 * low part is given out, and the rest keeps its place on the list, whatever its size is now.
 * The list is sorted when something is freed, and only then; so is it merged, in one pass that
 * compares each piece with the one before it on the list alone. Where the setting fixed is on, the
 * heap has as much memory as the setting grow says, and never gets more.
 *
 * What always holds: the list holds each free piece once; ordered by address, addresses rise. */
#ifndef HEAP_TEXTBOOK_OSTEP_LAYOUT_H
#define HEAP_TEXTBOOK_OSTEP_LAYOUT_H

#include "heap/textbook/book.h"

struct ostep_piece {
    uint64_t size;
    union {
        uint64_t magic;
        struct ostep_piece *next;
    };
};

struct ostep {
    struct hg_heap heap;
    struct hg_settings settings;
    struct ostep_piece *head;
};

enum { OSTEP_UNIT = sizeof(struct ostep_piece), OSTEP_FIRST = BOOK_START, OSTEP_MAGIC = 1234567 };

_Static_assert(OSTEP_MAGIC % OSTEP_UNIT != 0, "no link looks like the magic number");
_Static_assert(sizeof(struct ostep) <= BOOK_START, "the book's heap begins behind the state");

static inline struct ostep *ostep_of(struct hg_heap *heap)
{
    return (struct ostep *)heap;
}

static inline struct ostep_piece *ostep_piece_at(const void *base, uint64_t bytes)
{
    return (struct ostep_piece *)((uintptr_t)base + bytes);
}

static inline uint64_t ostep_at(const struct ostep *ostep, const struct ostep_piece *piece)
{
    return hg_offset(&ostep->heap, piece);
}

/* Whether a piece ends where the other begins. */
static inline bool ostep_is_next_to(const struct ostep_piece *piece,
                                    const struct ostep_piece *right)
{
    return right == ostep_piece_at(piece, piece->size);
}

#endif
