/* region.c: see region.h. */
#include "preload/region.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bits.h"

#define MEBIBYTE ((size_t)1 << 20)
#define MOST_RESERVED ((size_t)1 << 40)
#define LEAST_RESERVED MEBIBYTE
#define OPEN_STEP MEBIBYTE /* so that a heap that grows by little makes few system calls */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

bool region_reserve(struct region *region)
{
    for (size_t size = MOST_RESERVED; size >= LEAST_RESERVED; size /= 2) {
        void *start =
            mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        if (start != MAP_FAILED) {
            *region = (struct region){.start = start, .reserved = size};
            return true;
        }
    }
    errno = ENOMEM;
    return false;
}

static bool open_more(struct region *region, size_t size)
{
    char *first = region->start + region->opened;

    if (mprotect(first, size, PROT_READ | PROT_WRITE) != 0)
        return false;
    region->opened += size;
    return true;
}

/* Open what lies below `end`, in whole steps if they are to be had. */
static bool open_up_to(struct region *region, size_t end)
{
    size_t missing, room = region->reserved - region->opened;

    if (end <= region->opened)
        return true;
    missing = end - region->opened;
    return open_more(region, smaller(bits_align_up(missing, OPEN_STEP), room)) ||
           open_more(region, bits_align_up(missing, (size_t)getpagesize()));
}

static void *region_grow(void *context, size_t size)
{
    struct region *region = context;
    char *first = region->start + region->used;

    if (size > region->reserved - region->used || !open_up_to(region, region->used + size)) {
        errno = ENOMEM;
        return NULL;
    }
    region->used += size;
    return first;
}

/* Make [first, end) zero, by giving its whole pages back to the system. */
static void clear(char *first, char *end)
{
    char *pages = (char *)bits_align_up((uintptr_t)first, (size_t)getpagesize());

    if (pages < end && madvise(pages, (size_t)(end - pages), MADV_DONTNEED) == 0)
        end = pages;
    memset(first, 0, (size_t)(end - first));
}

static bool region_shrink(void *context, void *end, size_t size)
{
    struct region *region = context;
    int number = errno; /* free keeps it */

    if (end != region->start + region->used || size > region->used)
        return false;
    region->used -= size;
    clear(region->start + region->used, end);
    errno = number;
    return true;
}

struct hg_os region_os(struct region *region)
{
    return (struct hg_os){.grow = region_grow, .shrink = region_shrink, .context = region};
}
