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
#define LIKE_LEAP ((size_t)1 << 30)
#define OPEN_STEP MEBIBYTE /* so that a heap that grows by little makes few system calls */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t marks_for(size_t heap_size)
{
    return heap_size / MARKS_HEAP_PER_BYTE;
}

static size_t bytes_for(size_t heap_size)
{
    return heap_size / MARKS_GRAIN;
}

bool region_reserve(struct region *region, uintptr_t like)
{
    for (size_t size = MOST_RESERVED; size >= LEAST_RESERVED; size /= 2) {
        size_t spare = like ? LIKE_LEAP : 0;
        char *start = mmap(NULL, size + marks_for(size) + bytes_for(size) + spare, PROT_NONE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        if (start != MAP_FAILED) {
            start += (like - (uintptr_t)start) & (spare - (spare > 0));
            *region = (struct region){.start = start, .reserved = size};
            region->marks = marks_in(start + size, start + size + marks_for(size), start);
            return true;
        }
    }
    errno = ENOMEM;
    return false;
}

/* Open what lies below `end` in the `room` bytes at `start`, of which `*opened` are, in whole steps
 * if they are to be had. */
static bool open_up_to(char *start, size_t room, size_t *opened, size_t end)
{
    size_t missing = end > *opened ? end - *opened : 0;
    size_t sizes[] = {smaller(bits_align_up(missing, OPEN_STEP), room - *opened),
                      bits_align_up(missing, (size_t)getpagesize())};

    for (size_t i = 0; missing > 0 && i < sizeof sizes / sizeof sizes[0]; i++) {
        if (mprotect(start + *opened, sizes[i], PROT_READ | PROT_WRITE) == 0) {
            *opened += sizes[i];
            missing = 0;
        }
    }
    return missing == 0;
}

/* Open the heap below `end`, marks first, so that what is opened always has them. */
static bool open_heap_up_to(struct region *region, size_t end)
{
    size_t most = smaller(bits_align_up(end, OPEN_STEP), region->reserved);
    char *words = region->start + region->reserved;

    if (end <= region->opened)
        return true;
    if (!open_up_to(words, marks_for(region->reserved), &region->marks_opened, marks_for(most)) ||
        !open_up_to(words + marks_for(region->reserved), bytes_for(region->reserved),
                    &region->bytes_opened, bytes_for(most)) ||
        !open_up_to(region->start, region->reserved, &region->opened, end))
        return false;
    __atomic_store_n(&region->marks.grains, region->opened / MARKS_GRAIN, __ATOMIC_RELEASE);
    return true;
}

static void *region_grow(void *context, size_t size)
{
    struct region *region = context;
    char *first = region->start + region->used;

    if (size > region->reserved - region->used || !open_heap_up_to(region, region->used + size)) {
        errno = ENOMEM;
        return NULL;
    }
    region->used += size;
    if (region->used > region->most_used)
        region->most_used = region->used;
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
