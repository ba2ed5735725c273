/* find.h: where in a program's memory the heap of the C library's malloc lies. */
#ifndef FOREIGN_FIND_H
#define FOREIGN_FIND_H

#include "base/error.h"
#include "foreign/memory.h"
#include "kind/glibc.h"

/* What is to be copied. */
struct found_heap {
    uint64_t arena;                    /* the address of the main arena, */
    const struct glibc_layout *layout; /* whose parts lie so */
    uint64_t start, end;               /* of the heap, addresses; `start` is a page's */
    unsigned others;                   /* other arenas */
    bool goes_on;                      /* the arena's top lies elsewhere */
};

/* Find it.
 *   name    how the program is called
 *   errors  why there is none, as far as can be said
 *   cost    O(bytes of variables that libraries and the program have) */
bool find_heap(const struct memory *memory, const char *name, struct found_heap *ret_found,
               struct error *error);

#endif
