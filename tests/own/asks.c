/* asks.c: hands out pieces, one after the other, of memory that the C library gives; or, with
 * ARRAY, of an array, and what it knows of them is in such memory. With ITSELF it asks itself. */
#include "asking.h"

#ifdef ITSELF
#include <stdlib.h>

void *ask(size_t size)
{
    return malloc(size);
}
#endif

enum { ROOM = 1 << 17, TABLE = 1 << 14 };

struct piece {
    size_t at, size;
    struct piece *before;
};

static struct piece *last;
#ifdef ARRAY
static unsigned char memory[ROOM];
#else
static unsigned char *memory;
static void *table[TABLE]; /* the largest array, and no heap */
#endif

void *piece_alloc(size_t size)
{
    size_t at = last ? last->at + last->size : 0;
    struct piece *piece;

#ifndef ARRAY
    if (!memory)
        memory = ask(ROOM);
    table[at % TABLE] = memory;
#endif
    size = (size + 15) / 16 * 16;
    piece = size <= ROOM - at ? ask(sizeof *piece) : 0;
    if (!piece)
        return 0;
    *piece = (struct piece){at, size, last};
    last = piece;
    return memory + at;
}

void piece_free(void *payload)
{
    if (last && payload == memory + last->at)
        last = last->before;
}
