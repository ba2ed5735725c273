/* narrow.c: a hand-in that was written for 32 bits: the list of what was freed is kept in words of
 * 4 bytes, each the whole pointer.
 *
 *      | size | pad | payload ... |    of a free one, the next in its first 4 bytes */
#include <stdint.h>
#include <string.h>

#include "memlib.h"
#include "mm.h"

typedef unsigned int word;

#define SIZE(payload) (*(word *)((payload)-8))
#define NEXT(payload) (*(word *)(payload))

static word freed;

int mm_init(void)
{
    freed = 0;
    return 0;
}

void *mm_malloc(size_t size)
{
    word rounded = (word)(size + 15) & ~7u, *link = &freed;
    char *payload;

    for (; *link; link = &NEXT((char *)(uintptr_t)*link)) {
        payload = (char *)(uintptr_t)*link;
        if (SIZE(payload) < rounded)
            continue;
        *link = NEXT(payload);
        return payload;
    }
    payload = mem_sbrk(rounded + 8);
    if (payload == (void *)-1)
        return NULL;
    payload += 8;
    SIZE(payload) = rounded;
    return payload;
}

void mm_free(void *payload)
{
    if (!payload)
        return;
    NEXT((char *)payload) = freed;
    freed = (word)(uintptr_t)payload;
}

void *mm_realloc(void *payload, size_t size)
{
    void *other = mm_malloc(size);

    if (payload && other) {
        memcpy(other, payload, SIZE((char *)payload) < size ? SIZE((char *)payload) : size);
        mm_free(payload);
    }
    return other;
}
