/* array.c: an allocator that asks nobody for memory: its blocks lie in an array of its own, in the
 * order of addresses, the free ones merged when it looks for one.
 *
 * heapglass: header=16 word=8 size=~7 used=1 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct block {
    size_t size; /* with the header; the lowest bit: it is used */
    size_t unused;
};

static _Alignas(16) char memory[20000];

static struct block *first(void)
{
    struct block *block = (struct block *)(void *)memory;

    if (block->size == 0)
        block->size = sizeof memory;
    return block;
}

/* NULL behind the last */
static struct block *next(struct block *block)
{
    char *end = (char *)block + (block->size & ~(size_t)7);

    return end < memory + sizeof memory ? (struct block *)(void *)end : NULL;
}

static int is_free(const struct block *block)
{
    return block && !(block->size & 1);
}

static void split(struct block *block, size_t size)
{
    struct block *rest = (struct block *)(void *)((char *)block + size);

    if (block->size - size >= sizeof *block) {
        rest->size = block->size - size;
        block->size = size;
    }
    block->size |= 1;
}

void *malloc(size_t bytes)
{
    size_t size = (bytes + 31) / 16 * 16;

    for (struct block *block = first(); block; block = next(block)) {
        while (is_free(block) && is_free(next(block)))
            block->size += next(block)->size;
        if (is_free(block) && block->size >= size && size > bytes) {
            split(block, size);
            return block + 1;
        }
    }
    return NULL;
}

void free(void *payload)
{
    if (payload)
        ((struct block *)payload)[-1].size &= ~(size_t)1;
}

void *realloc(void *payload, size_t bytes)
{
    void *moved = malloc(bytes);

    if (payload && moved) {
        size_t held = ((struct block *)payload)[-1].size - sizeof(struct block) - 1;

        memcpy(moved, payload, held < bytes ? held : bytes);
        free(payload);
    }
    return moved;
}
