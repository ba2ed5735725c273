/* mapping.c: see mapping.h. */
#include "collector/mapping.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

bool mapping_grow(struct mapping *mapping, size_t size)
{
    void *memory;

    if (size <= mapping->size)
        return true;
    memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    if (mapping->size > 0)
        memcpy(memory, mapping->memory, mapping->size);
    mapping_finish(mapping);
    *mapping = (struct mapping){memory, size};
    return true;
}

void mapping_finish(struct mapping *mapping)
{
    int number = errno;

    if (mapping->memory)
        munmap(mapping->memory, mapping->size);
    *mapping = (struct mapping){0};
    errno = number;
}
