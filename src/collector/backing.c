/* backing.c: see backing.h. */
#include "collector/backing.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

bool backing_grow(struct backing *backing, size_t size)
{
    void *memory;

    if (size <= backing->size)
        return true;
    memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    if (backing->size > 0)
        memcpy(memory, backing->memory, backing->size);
    backing_finish(backing);
    *backing = (struct backing){memory, size};
    return true;
}

void backing_finish(struct backing *backing)
{
    int number = errno;

    if (backing->memory)
        munmap(backing->memory, backing->size);
    *backing = (struct backing){0};
    errno = number;
}
