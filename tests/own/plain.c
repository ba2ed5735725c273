/* plain.c: an allocator that is no hand-in: malloc, free and realloc, and the break for memory. */
#include <stddef.h>
#include <string.h>
#include <unistd.h>

void *malloc(size_t bytes)
{
    size_t *block = sbrk((intptr_t)((bytes + 31) / 16 * 16));

    if (block == (void *)-1)
        return NULL;
    *block = bytes;
    return block + 2;
}

void free(void *payload)
{
    (void)payload;
}

void *realloc(void *payload, size_t bytes)
{
    void *moved = malloc(bytes);

    if (payload && moved) {
        size_t held = ((size_t *)payload)[-2];

        memcpy(moved, payload, held < bytes ? held : bytes);
    }
    return moved;
}
