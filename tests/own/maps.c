/* maps.c: an allocator that maps pages for each payload, behind a word that says how many bytes
 * they are. With -DMOVES its first payload lies on the break.
 *
 *      | bytes | payload ... |
 */
#include "mapping.h"

#include <stddef.h>
#include <unistd.h>

enum { PAGE = 4096, WORD = sizeof(size_t) };

static size_t pages(size_t size)
{
    return (size + WORD + PAGE - 1) / PAGE * PAGE;
}

void *malloc(size_t size)
{
    size_t *block = NULL;

#ifdef MOVES
    static char is_first = 1;

    if (is_first)
        block = sbrk(PAGE);
    is_first = 0;
#endif
    if (!block)
        block = pages_map(pages(size));
    if (block == (void *)-1)
        return NULL;
    block[0] = pages(size);
    return block + 1;
}

static size_t *block_of(void *payload)
{
    return (size_t *)payload - 1;
}

void free(void *payload)
{
#ifdef MOVES
    if ((char *)payload < (char *)sbrk(0))
        return;
#endif
    if (payload)
        pages_unmap(block_of(payload), *block_of(payload));
}

void *realloc(void *payload, size_t size)
{
    size_t *block;

    if (!payload)
        return malloc(size);
    block = pages_remap(block_of(payload), *block_of(payload), pages(size));
    block[0] = pages(size);
    return block + 1;
}
