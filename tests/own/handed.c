/* handed.c: a hand-in that is handed all its memory at once, and a list of blocks from its
 * beginning to its end; a word before each payload holds how many bytes it has, and whether it is
 * in use. Blocks are never merged.
 *
 *      | size, used | payload ... | size, used | payload ... | */
#include "./allocator.h"
#include "./debug_break.h"

#include <stdio.h>
#include <string.h>

enum { HEADER = sizeof(size_t), USED = 1 };

static char *first, *end;

static size_t *size_of(char *payload)
{
    return (size_t *)(void *)payload - 1;
}

static char *next_of(char *payload)
{
    return payload + (*size_of(payload) & ~(size_t)USED) + HEADER;
}

bool myinit(void *heap_start, size_t heap_size)
{
    if (heap_size < 2 * HEADER)
        return false;
    first = (char *)heap_start + HEADER;
    end = first + heap_size;
    *size_of(first) = heap_size - HEADER;
    return true;
}

void *mymalloc(size_t requested_size)
{
    size_t size = (requested_size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

    if (requested_size == 0 || requested_size > MAX_REQUEST_SIZE)
        return NULL;
    for (char *payload = first; payload < end; payload = next_of(payload)) {
        size_t room = *size_of(payload);

        if (room & USED || room < size)
            continue;
        *size_of(payload) = size | USED;
        if (room > size)
            *size_of(next_of(payload)) = room - size - HEADER;
        return payload;
    }
    return NULL;
}

void myfree(void *payload)
{
    if (payload)
        *size_of(payload) &= ~(size_t)USED;
}

void *myrealloc(void *payload, size_t size)
{
    void *other = mymalloc(size);

    if (payload && other) {
        size_t kept = *size_of(payload) & ~(size_t)USED;

        memcpy(other, payload, kept < size ? kept : size);
        myfree(payload);
    }
    return other;
}

bool validate_heap()
{
    for (char *payload = first; payload < end; payload = next_of(payload)) {
        if (next_of(payload) > end) {
            printf("a block is too long\n");
            breakpoint();
            return false;
        }
    }
    return true;
}
