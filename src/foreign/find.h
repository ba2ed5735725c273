/* find.h: where in a program's memory the heaps of the C library's malloc lie, and what it knows of
 * them. Tables are the finder's, for found_finish. */
#ifndef FOREIGN_FIND_H
#define FOREIGN_FIND_H

#include "base/error.h"
#include "foreign/memory.h"
#include "kind/image.h"

/* A heap to be copied; its arena is the one with that number. */
struct found_heap {
    uint64_t start, end; /* addresses; `start` is a page's */
    uint64_t own;        /* bytes of the start that are no chunks' */
    uint32_t arena;
};

struct found {
    const struct glibc_layout *layout; /* by which arenas lie; of caches see caches.h */
    struct found_heap *heaps;          /* the main one first, those of an arena together */
    size_t heap_count, heap_capacity;
    struct image_arena *arenas; /* the main one first */
    size_t arena_count, arena_capacity;
    bool goes_on; /* the main arena's top lies elsewhere */
};

/* Find them.
 *   name       how the program is called
 *   ret_found  untouched on failure
 *   errors     why there is none, as far as can be said
 *   cost       O(bytes of variables that libraries and the program have) */
bool find_heaps(const struct memory *memory, const char *name, struct found *ret_found,
                struct error *error);

void found_finish(struct found *found);

void found_add_heap(struct found *found, const struct found_heap *heap);

/* The heap that an address lies in; NULL if none. */
const struct found_heap *found_heap_at(const struct found *found, uint64_t address);

/* ---- arenas.c ---- */

/* Note the arena at `address`, which is one.
 *   bytes  its */
void found_add_arena(struct found *found, uint64_t address, const char *bytes);

/* Add the arenas that hang on the ring that the main one is on, and their heaps; of one that makes
 * no sense, or cannot be read, there are none. */
void find_other_arenas(const struct memory *memory, struct found *found);

#endif
