/* explicit.c: a hand-in of the malloc lab as it is set now, whose functions have the names of the C
 * library's but in the driver: an explicit list, last in, first out.
 *
 *      | 16|1 | size|used payload ... size|used | size|used next previous ... size|used | 0|1 |
 *
 * Tags have 8 bytes, payloads are aligned to 16.
 *
 * heapglass: csapp-explicit */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "memlib.h"
#include "mm.h"

#ifdef DRIVER
#define malloc mm_malloc
#define free mm_free
#define realloc mm_realloc
#define calloc mm_calloc
#define memcpy mem_memcpy
#define memset mem_memset
#endif

typedef struct block {
    uint64_t tag;
    struct block *next, *previous; /* of a free one; a used one has its payload here */
} block_t;

enum { ALIGNMENT = 16, LEAST = 32, CHUNK = 4096 };

static block_t *start, *list;

static size_t size_of(const block_t *block)
{
    return block->tag & ~(uint64_t)15;
}

static bool is_used(const block_t *block)
{
    return block->tag & 1;
}

static block_t *right_of(const block_t *block)
{
    return (block_t *)((char *)block + size_of(block));
}

static uint64_t *footer(const block_t *block)
{
    return (uint64_t *)right_of(block) - 1;
}

static void mark(block_t *block, size_t size, bool used)
{
    block->tag = size | used;
    *footer(block) = size | used;
}

static void push(block_t *block)
{
    block->next = list;
    block->previous = NULL;
    if (list)
        list->previous = block;
    list = block;
}

static void take_off(block_t *block)
{
    if (block->next)
        block->next->previous = block->previous;
    if (block->previous)
        block->previous->next = block->next;
    else
        list = block->next;
}

static block_t *merge(block_t *block)
{
    uint64_t left = ((uint64_t *)block)[-1];
    size_t size = size_of(block);

    if (!is_used(right_of(block))) {
        size += size_of(right_of(block));
        take_off(right_of(block));
    }
    if (!(left & 1)) {
        block = (block_t *)((char *)block - (left & ~(uint64_t)15));
        size += size_of(block);
        take_off(block);
    }
    mark(block, size, false);
    push(block);
    return block;
}

static block_t *extend(size_t size)
{
    char *end = mem_sbrk((intptr_t)size);
    block_t *block;

    if (end == (char *)-1)
        return NULL;
    block = (block_t *)(end - 8);
    mark(block, size, false);
    right_of(block)->tag = 0 | 1;
    return merge(block);
}

bool mm_init(void)
{
    uint64_t *words = mem_sbrk(16);

    if (words == (void *)-1)
        return false;
    words[0] = 0 | 1;
    words[1] = 0 | 1;
    start = (block_t *)&words[1];
    list = NULL;
    return extend(CHUNK) != NULL;
}

void *malloc(size_t bytes)
{
    size_t size = (bytes + 2 * 8 + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1), whole;
    block_t *block = list;

    if (bytes == 0)
        return NULL;
    size = size < LEAST ? LEAST : size;
    while (block && size_of(block) < size)
        block = block->next;
    if (!block)
        block = extend(size > CHUNK ? size : CHUNK);
    if (!block)
        return NULL;
    assert(!is_used(block));
    take_off(block);
    whole = size_of(block);
    if (whole - size >= LEAST) {
        mark(block, size, true);
        mark(right_of(block), whole - size, false);
        push(right_of(block));
    } else {
        mark(block, whole, true);
    }
    return &block->next;
}

void free(void *payload)
{
    block_t *block = (block_t *)((char *)payload - 8);

    if (!payload)
        return;
    mark(block, size_of(block), false);
    merge(block);
}

void *realloc(void *payload, size_t bytes)
{
    void *moved = bytes > 0 ? malloc(bytes) : NULL;

    if (payload && moved) {
        size_t held = size_of((block_t *)((char *)payload - 8)) - 16;

        memcpy(moved, payload, held < bytes ? held : bytes);
    }
    if (payload && (moved || bytes == 0))
        free(payload);
    return moved;
}

void *calloc(size_t count, size_t size)
{
    void *payload = malloc(count * size);

    return payload ? memset(payload, 0, count * size) : NULL;
}

bool mm_checkheap(int line)
{
    const block_t *block = start;

    while (size_of(block) > 0) {
        if (*footer(block) != block->tag) {
            printf("line %d: a footer is not as its header\n", line);
            return false;
        }
        block = right_of(block);
    }
    return true;
}
