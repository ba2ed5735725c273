/* arena.c: see arena.h. */
#include "base/arena.h"

#include <stdlib.h>

#include "base/memory.h"

enum { CHUNK_LEAST = 4096 };

struct arena_chunk {
    struct arena_chunk *before;
    size_t used, size;
    unsigned char bytes[];
};

static void add_chunk(struct arena *arena, size_t count)
{
    size_t size = count > CHUNK_LEAST ? count : CHUNK_LEAST;
    struct arena_chunk *chunk = memory_create(1, sizeof *chunk + size);

    chunk->before = arena->last;
    chunk->size = size;
    arena->last = chunk;
}

const unsigned char *arena_keep(struct arena *arena, const unsigned char *bytes, size_t count)
{
    unsigned char *kept;

    if (!arena->last || arena->last->size - arena->last->used < count)
        add_chunk(arena, count);
    kept = arena->last->bytes + arena->last->used;
    memory_copy(kept, bytes, count);
    arena->last->used += count;
    return kept;
}

void arena_finish(struct arena *arena)
{
    while (arena->last) {
        struct arena_chunk *before = arena->last->before;

        free(arena->last);
        arena->last = before;
    }
}
