/* memlib.c: see memlib.h. What is mutable at file scope here has nowhere else to be. */
#include "kind/memlib.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kind/page_map.h"

static struct hg_os memory;
static char *first;
static size_t heap_size;
static size_t given; /* bytes that the heap has been given, at least its size */

void memlib_begin(const struct hg_os *os, char *start)
{
    memory = *os;
    first = start;
    heap_size = given = 0;
    page_map_empty();
}

void memlib_empty(void)
{
    heap_size = 0;
    page_map_empty();
}

bool memlib_is_used(void)
{
    return given > 0;
}

/* See to it that there are so many bytes. */
static bool provide(size_t size)
{
    if (size <= given)
        return true;
    if (!memory.grow || memory.grow(memory.context, size - given) != first + given)
        return false;
    given = size;
    return true;
}

void *mem_sbrk(intptr_t size)
{
    char *end = first + heap_size;

    if (size == 0)
        return end;
    if (size < 0 || heap_size + (size_t)size < heap_size || !provide(heap_size + (size_t)size)) {
        errno = ENOMEM;
        return (void *)-1;
    }
    heap_size += (size_t)size;
    return end;
}

void *mem_heap_lo(void)
{
    return first;
}

void *mem_heap_hi(void)
{
    return first + heap_size - 1;
}

size_t mem_heapsize(void)
{
    return heap_size;
}

size_t mem_pagesize(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

void mem_init(void)
{
}

void mem_deinit(void)
{
}

void mem_reset_brk(void)
{
    memlib_empty();
}

void *mem_memcpy(void *to, const void *from, size_t size)
{
    return memcpy(to, from, size);
}

void *mem_memset(void *to, int byte, size_t size)
{
    return memset(to, byte, size);
}

uint64_t mem_read(const void *from, size_t size)
{
    uint64_t number = 0;

    memcpy(&number, from, size < sizeof number ? size : sizeof number);
    return number;
}

void mem_write(void *to, uint64_t number, size_t size)
{
    memcpy(to, &number, size < sizeof number ? size : sizeof number);
}
