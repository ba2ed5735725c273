/* memory.c: see memory.h. */
#include "foreign/memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void memory_finish(struct memory *memory)
{
    free(memory->regions);
    free(memory->threads);
    *memory = (struct memory){0};
}

void memory_add(struct memory *memory, const struct memory_region *region)
{
    memory->regions = memory_reserve(memory->regions, &memory->capacity, memory->count + 1,
                                     sizeof memory->regions[0]);
    memory->regions[memory->count++] = *region;
}

void memory_add_thread(struct memory *memory, int number, uint64_t pointer)
{
    memory->threads = memory_reserve(memory->threads, &memory->thread_capacity,
                                     memory->thread_count + 1, sizeof memory->threads[0]);
    memory->threads[memory->thread_count++] = (struct memory_thread){number, pointer};
}

static int compare(const void *a, const void *b)
{
    const struct memory_region *left = a, *right = b;

    return left->start < right->start ? -1 : left->start > right->start;
}

void memory_sort(struct memory *memory)
{
    size_t kept = 0;

    if (memory->count > 0)
        qsort(memory->regions, memory->count, sizeof memory->regions[0], compare);
    for (size_t i = 0; i < memory->count; i++) {
        if (kept == 0 || memory->regions[i].start >= memory->regions[kept - 1].end)
            memory->regions[kept++] = memory->regions[i];
    }
    memory->count = kept;
}

const struct memory_region *memory_region_at(const struct memory *memory, uint64_t at)
{
    size_t low = 0, high = memory->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (at < memory->regions[middle].start)
            high = middle;
        else if (at >= memory->regions[middle].end)
            low = middle + 1;
        else
            return &memory->regions[middle];
    }
    return NULL;
}

const char *memory_region_name(const struct memory_region *region)
{
    const char *slash = strrchr(region->name, '/');

    return slash ? slash + 1 : region->name;
}

const struct memory_region *memory_find(const struct memory *memory, const char *name)
{
    for (size_t i = 0; i < memory->count; i++) {
        if (strncmp(memory_region_name(&memory->regions[i]), name, strlen(name)) == 0)
            return &memory->regions[i];
    }
    return NULL;
}
