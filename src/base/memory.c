/* memory.c: see memory.h. */
#include "base/memory.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LEAST_CAPACITY = 16 };

/* Arrays from this size on lie in huge pages, where there are such. */
#define HUGE_LEAST ((size_t)4 << 20)
#define HUGE_PAGE ((uintptr_t)2 << 20)

void memory_exhausted(void)
{
    fputs("heapglass: out of memory\n", stderr);
    abort();
}

/* Let the pages that lie in a large array be huge: it then takes a few faults to come by them
 * instead of thousands, and lookups all over it find where they are. */
static void prefer_huge_pages(void *memory, size_t size)
{
    const uintptr_t page = 4096;
    uintptr_t start = ((uintptr_t)memory + page - 1) / page * page;
    uintptr_t end = ((uintptr_t)memory + size) / page * page;

    if (memory && size >= HUGE_LEAST)
        madvise((void *)start, end - start, MADV_HUGEPAGE);
}

void *memory_create(size_t count, size_t size)
{
    void *memory = calloc(count, size);

    if (!memory)
        memory_exhausted();
    prefer_huge_pages(memory, count * size);
    return memory;
}

void memory_give_back(void)
{
    malloc_trim(0);
}

void memory_let_go(void *items, size_t size)
{
    uintptr_t start = ((uintptr_t)items + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    uintptr_t end = ((uintptr_t)items + size) / HUGE_PAGE * HUGE_PAGE;

    if (start < end)
        madvise((void *)start, end - start, MADV_DONTNEED);
}

char *memory_copy_string(const char *string)
{
    char *copy = strdup(string);

    if (!copy)
        memory_exhausted();
    return copy;
}

void *memory_try_reserve(void *items, size_t *ret_capacity, size_t needed, size_t size)
{
    size_t capacity = *ret_capacity;

    if (needed <= capacity)
        return items;
    if (capacity < LEAST_CAPACITY)
        capacity = LEAST_CAPACITY;
    while (capacity < needed) {
        if (capacity > SIZE_MAX / 2)
            return NULL;
        capacity += capacity / 2;
    }
    items = reallocarray(items, capacity, size);
    if (!items)
        return NULL;
    prefer_huge_pages(items, capacity * size);
    *ret_capacity = capacity;
    return items;
}

void *memory_reserve(void *items, size_t *ret_capacity, size_t needed, size_t size)
{
    void *reserved = memory_try_reserve(items, ret_capacity, needed, size);

    if (!reserved && needed > 0)
        memory_exhausted();
    return reserved;
}
