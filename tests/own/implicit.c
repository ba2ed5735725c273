/* implicit.c: a hand-in of the malloc lab as it was first set: an implicit list with boundary tags.
 *
 *      | pad | prologue 8|1 8|1 | size|used payload ... size|used | ... | 0|1 |
 *
 * A header of 4 bytes before each payload and a footer like it behind hold the block's size, a
 * multiple of 8, and whether it is used. Free blocks are merged at once, and the first that fits is
 * taken.
 *
 * heapglass: csapp-implicit */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "memlib.h"
#include "mm.h"

team_t team = {"heapglass", "A Tester", "tester@example.org", "", ""};

#define WORD 4
#define CHUNK 4096

typedef uint32_t tag;

static char *first; /* the payload of the prologue */

static tag *header(char *payload)
{
    return (tag *)(payload - WORD);
}

static size_t size_of(char *payload)
{
    return *header(payload) & ~7u;
}

static int is_used(char *payload)
{
    return *header(payload) & 1;
}

static tag *footer(char *payload)
{
    return (tag *)(payload + size_of(payload) - 2 * WORD);
}

static char *next(char *payload)
{
    return payload + size_of(payload);
}

static void mark(char *payload, size_t size, int used)
{
    *header(payload) = (tag)size | (tag)used;
    *footer(payload) = (tag)size | (tag)used;
}

static char *merge(char *payload)
{
    tag left = *(tag *)(payload - 2 * WORD);
    size_t size = size_of(payload);

    if (!is_used(next(payload)))
        size += size_of(next(payload));
    if (!(left & 1)) {
        size += left & ~7u;
        payload -= left & ~7u;
    }
    mark(payload, size, 0);
    return payload;
}

static char *extend(size_t size)
{
    char *payload = mem_sbrk((intptr_t)size);

    if (payload == (char *)-1)
        return NULL;
    mark(payload, size, 0);
    *header(next(payload)) = 0 | 1;
    return merge(payload);
}

int mm_init(void)
{
    tag *start = mem_sbrk(4 * WORD);

    if (start == (void *)-1)
        return -1;
    start[0] = 0;
    start[1] = start[2] = 8 | 1;
    start[3] = 0 | 1;
    first = (char *)(start + 2);
    return extend(CHUNK) ? 0 : -1;
}

static char *find(size_t size)
{
    char *payload = first;

    while (size_of(payload) > 0 && (is_used(payload) || size_of(payload) < size))
        payload = next(payload);
    return size_of(payload) > 0 ? payload : NULL;
}

void *mm_malloc(size_t bytes)
{
    size_t size = bytes <= 8 ? 16 : (bytes + 15) & ~(size_t)7, whole;
    char *payload;

    if (bytes == 0)
        return NULL;
    payload = find(size);
    if (!payload)
        payload = extend(size > CHUNK ? size : CHUNK);
    if (!payload)
        return NULL;
    whole = size_of(payload);
    if (whole - size >= 16) {
        mark(payload, size, 1);
        mark(next(payload), whole - size, 0);
    } else {
        mark(payload, whole, 1);
    }
    return payload;
}

void mm_free(void *payload)
{
    if (!payload)
        return;
    mark(payload, size_of(payload), 0);
    merge(payload);
}

void *mm_realloc(void *payload, size_t bytes)
{
    char *moved = bytes > 0 ? mm_malloc(bytes) : NULL;

    if (payload && moved) {
        size_t held = size_of(payload) - 8;

        memcpy(moved, payload, held < bytes ? held : bytes);
    }
    if (payload && (moved || bytes == 0))
        mm_free(payload);
    return moved;
}

void mm_checkheap(int verbose)
{
    unsigned blocks = 0;

    for (char *payload = first; size_of(payload) > 0; payload = next(payload))
        blocks++;
    if (verbose)
        printf("%u blocks, the prologue among them\n", blocks);
}
