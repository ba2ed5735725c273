/* rests.c: a hand-in without a realloc, that has no block of more than 1000 bytes, and cannot free
 * NULL. It gives up where what it wrote beside its payloads has changed.
 *
 *      | mark | payload ... | mark | payload ... | */
#include <stdlib.h>

#include "memlib.h"
#include "mm.h"

#define MARK 0x5a5a5a5aul
#define OF(payload) ((unsigned long *)(payload)-1)

static unsigned long *last;

int mm_init(void)
{
    last = NULL;
    return 0;
}

void *mm_malloc(size_t size)
{
    if (size > 1000)
        return NULL;
    if (last && *last != MARK)
        abort();
    last = mem_sbrk((int)(sizeof *last + ((size + 7) & ~7ul)));
    *last = MARK;
    return last + 1;
}

void mm_free(void *payload)
{
    if (*OF(payload) != MARK)
        abort();
}
