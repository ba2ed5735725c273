/* mapping.c: the other source of maps.c, which asks the system for pages. */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "mapping.h"

void *pages_map(unsigned long size)
{
    return mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void *pages_remap(void *pages, unsigned long size, unsigned long new_size)
{
    return mremap(pages, size, new_size, MREMAP_MAYMOVE);
}

void pages_unmap(void *pages, unsigned long size)
{
    munmap(pages, size);
}
