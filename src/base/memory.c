/* memory.c: see memory.h. */
#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_CAPACITY = 16 };

void memory_exhausted(void)
{
    fputs("heapglass: out of memory\n", stderr);
    abort();
}

void *memory_create(size_t count, size_t size)
{
    void *memory = calloc(count, size);

    if (!memory)
        memory_exhausted();
    return memory;
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
    if (items)
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
