/* lab.h: which of the malloc labs a hand-in is for, as far as its source says, and what that lab's
 * driver asks of it. */
#ifndef OWN_LAB_H
#define OWN_LAB_H

#include <stdbool.h>
#include <stdint.h>

#include "own/interface.h"

enum lab {
    LAB_NONE,   /* no mm_init: an allocator, but none of a lab */
    LAB_2002,   /* mm_malloc and mm_free */
    LAB_2005,   /* malloc and free, which are called so under DRIVER; */
    LAB_2016,   /* and mm_init answers a bool */
    LAB_PAGES,  /* its memory is pages that mem_map maps; a realloc is no part of it */
    LAB_HANDED, /* mm_init, myinit or the like is handed all its memory at once */
};

/* The lab of the hand-in with these functions, whose stripped source this is: see source.h. */
enum lab lab_of(const struct interface *interface, const char *stripped);

/* What payloads must be a multiple of. */
uint64_t lab_alignment(enum lab lab);

/* How much memory its driver lets a heap have. */
uint64_t lab_memory(enum lab lab);

/* Whether mm_realloc to 0 bytes must answer NULL. */
bool lab_frees_by_realloc(enum lab lab);

/* Whether a realloc is part of what is to be handed in. */
bool lab_wants_realloc(enum lab lab);

/* Where the lab's driver lays the heap; 0 where that does not matter. That of 2002 is built for 32
 * bits, so its heap lies below 4 GB, and what keeps pointers in 4 bytes finds them again. The later
 * ones' begins where the lower 4 bytes of a pointer say how far into the heap it points. Memory
 * that is handed over lies low enough to be told from the stack's. */
uint64_t lab_start(enum lab lab);

#endif
