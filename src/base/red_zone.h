/* red_zone.h: the bytes that guard a block: a red zone behind what was asked for, and a pattern in
 * what was freed. Shared by all who guard heaps; nothing here allocates. */
#ifndef BASE_RED_ZONE_H
#define BASE_RED_ZONE_H

#include <stddef.h>
#include <string.h>

enum {
    RED_ZONE_LEAST = 16,   /* bytes of red zone behind each payload */
    RED_ZONE_BYTE = 0xfb,  /* what they hold, */
    RED_FREED_BYTE = 0xdd, /* and the first bytes of what was freed: */
    RED_FREED_MOST = 4096, /* so many */
};

/* Make [size, until) of a payload its red zone. */
static inline void red_zone_paint(void *payload, size_t size, size_t until)
{
    if (until > size)
        memset((char *)payload + size, RED_ZONE_BYTE, until - size);
}

/* Fill what is freed, of which `size` bytes were asked for. */
static inline void red_zone_fill_freed(void *payload, size_t size)
{
    memset(payload, RED_FREED_BYTE, size < RED_FREED_MOST ? size : RED_FREED_MOST);
}

/* The first of the bytes from `from` up to `until` that is not `byte`; `until` if all are. */
static inline size_t red_zone_find_other(const void *payload, size_t from, size_t until, int byte)
{
    const unsigned char *bytes = payload;

    while (from < until && bytes[from] == byte)
        from++;
    return from;
}

#endif
