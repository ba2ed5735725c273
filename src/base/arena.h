/* arena.h: bytes that are kept until all of them are given back together. They stay where they
 * are. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_chunk;

/* An arena that is all zero is empty. */
struct arena {
    struct arena_chunk *last;
};

/* Keep a copy of `count` bytes. */
const unsigned char *arena_keep(struct arena *arena, const unsigned char *bytes, size_t count);

/* Give everything back. */
void arena_finish(struct arena *arena);

#endif
