/* reach.c: see reach.h. */
#include "target/reach.h"

#include <errno.h>
#include <sys/mman.h>

static bool is_mapped(uintptr_t page, size_t page_size)
{
    unsigned char resident;

    return mincore((void *)page, page_size, &resident) == 0 || errno != ENOMEM;
}

bool reach_is_allowed(const struct server *server, const void *address, uint64_t size)
{
    uintptr_t page_size = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)server->start;
    uintptr_t end = start + (server_extent(server) + page_size - 1) / page_size * page_size;
    uintptr_t top = (uintptr_t)server->stack_top, bottom = top - STACK_BYTES;
    uintptr_t low = (uintptr_t)address, high = low + (size > 0 ? size - 1 : 0); /* the last byte */
    uintptr_t page = low / page_size * page_size, pages = (high - page) / page_size + 1;

    if (low >= start && high < end && low <= high)
        return true;
    if (low >= bottom && high < top && low <= high)
        return true;
    for (; pages > 0; pages--, page += page_size) { /* beyond the last address, the first */
        if ((page < start || page >= end) && is_mapped(page, page_size))
            return false;
    }
    return true;
}
