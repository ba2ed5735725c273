/* offsets.c: a hand-in whose functions are called malloc and free: it takes the lower 4 bytes of a
 * pointer for how far into the heap that points, as the driver of that lab lets it.
 *
 *      | size | pad | payload ... |    of a free one, the next in its first 4 bytes */
#include <stdint.h>
#include <string.h>

#include "memlib.h"
#include "mm.h"

#ifdef DRIVER
#define malloc mm_malloc
#define free mm_free
#define realloc mm_realloc
#endif

#define AT(offset) ((unsigned *)((char *)mem_heap_lo() + (offset)))
#define OFFSET(pointer) ((unsigned)(uintptr_t)(pointer))

static unsigned freed;

int mm_init(void)
{
    freed = 0;
    return mem_sbrk(8) == (void *)-1 ? -1 : 0;
}

void *malloc(size_t size)
{
    unsigned rounded = (unsigned)(size + 15) & ~7u, *link = &freed, payload;

    for (; *link; link = AT(*link)) {
        payload = *link;
        if (*AT(payload - 8) < rounded)
            continue;
        *link = *AT(payload);
        return AT(payload);
    }
    payload = OFFSET(mem_sbrk(rounded + 8)) + 8;
    *AT(payload - 8) = rounded;
    return AT(payload);
}

void free(void *payload)
{
    if (!payload)
        return;
    *AT(OFFSET(payload)) = freed;
    freed = OFFSET(payload);
}

void *realloc(void *payload, size_t size)
{
    void *other = size > 0 ? malloc(size) : NULL;

    if (payload && other) {
        unsigned kept = *AT(OFFSET(payload) - 8);

        memcpy(other, payload, kept < size ? kept : size);
    }
    free(payload);
    return other;
}
