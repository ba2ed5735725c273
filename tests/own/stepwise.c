/* stepwise.c: a hand-in whose memory grows by a page at a time, and that hands out what comes next
 * in it. The course's header says how large a page is, and what its library has. */
#include <stdint.h>
#include <stdlib.h>

typedef uint32_t sf_size_t;

#define PAGE_SZ ((sf_size_t)2048)

void *sf_mem_start(void);
void *sf_mem_end(void);
void *sf_mem_grow(void);
uint64_t sf_magic(void);
void sf_show_block(const char *block);

static char *next;

void *sf_malloc(sf_size_t size)
{
    char *payload;

    if (sf_mem_start() == sf_mem_end())
        next = sf_mem_start();
    while ((char *)sf_mem_end() < next + 8 + size) {
        if (!sf_mem_grow())
            return NULL;
    }
    payload = next + 8;
    *(uint64_t *)next = size ^ sf_magic();
    next += 8 + (size + 7) / 8 * 8;
    return payload;
}

void sf_free(void *payload)
{
    if ((((uint64_t *)payload)[-1] ^ sf_magic()) > UINT32_MAX)
        abort();
    sf_show_block(payload);
}
