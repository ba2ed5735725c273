/* region.c: see region.h. */
#include "preload/region.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bits.h"
#include "base/huge.h"

#define MEBIBYTE ((size_t)1 << 20)
#define MOST_RESERVED ((size_t)1 << 40)
#define LEAST_RESERVED MEBIBYTE
#define LIKE_LEAP ((size_t)1 << 30)
#define PART ((size_t)1 << REGION_PART_BITS)
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
        unsigned parts = size == MOST_RESERVED ? REGION_PARTS : 0;
        size_t all = size + parts * PART, spare = like ? LIKE_LEAP : 0;
        char *start = mmap(NULL, all + marks_for(all) + bytes_for(all) + spare, PROT_NONE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        if (start != MAP_FAILED) {
            start += (like - (uintptr_t)start) & (spare - (spare > 0));
            *region = (struct region){.start = start, .reserved = size, .parts = parts};
            region->marks = marks_in(start + all, start + all + marks_for(all), start);
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
    size_t step = bits_align_up((uintptr_t)start + end, OPEN_STEP) - (uintptr_t)start;
    size_t sizes[] = {smaller(step, room) - *opened, bits_align_up(missing, (size_t)getpagesize())};

    for (size_t i = 0; missing > 0 && i < sizeof sizes / sizeof sizes[0]; i++) {
        if (mprotect(start + *opened, sizes[i], PROT_READ | PROT_WRITE) == 0) {
            *opened += sizes[i];
            missing = 0;
        }
    }
    return missing == 0;
}

/* Where the region's own marks begin, and their bytes. */
static char *own_marks(const struct region *region)
{
    return (char *)marks_word(&region->marks, region->start);
}

static char *own_bytes(const struct region *region)
{
    return (char *)(region->marks.bytes + (uintptr_t)region->start / MARKS_GRAIN);
}

/* There are marks for so many bytes from the region's start. */
static void tell_marked(struct region *region, size_t bytes)
{
    if (bytes / MARKS_GRAIN > region->marks.grains)
        __atomic_store_n(&region->marks.grains, bytes / MARKS_GRAIN, __ATOMIC_RELEASE);
}

/* Open the heap below `end`, marks first, so that what is opened always has them. */
static bool open_heap(struct region *region, size_t end)
{
    size_t most = smaller(bits_align_up(end, OPEN_STEP), region->reserved);

    if (!open_up_to(own_marks(region), marks_for(region->reserved), &region->marks_opened,
                    marks_for(most)) ||
        !open_up_to(own_bytes(region), bytes_for(region->reserved), &region->bytes_opened,
                    bytes_for(most)) ||
        !open_up_to(region->start, region->reserved, &region->opened, end))
        return false;
    tell_marked(region, region->opened);
    return true;
}

/* Open it for `size` bytes below `end`: in huge pages, where those are for it and to be had. */
static bool open_heap_for(struct region *region, size_t end, size_t size)
{
    size_t opened = region->opened;
    size_t wide = (size_t)(huge_end(region->start + end) - region->start);

    if (end <= opened)
        return true;
    if (!huge_is_for(end, size) || wide > region->reserved || !open_heap(region, wide))
        return open_heap(region, end);
    huge_prefer(region->start + opened, region->start + region->opened);
    return true;
}

/* Let what is not opened of the marks of all parts be read: as zeros, which take no memory. */
static bool show_marks(struct region *region)
{
    size_t all = region->reserved + region->parts * PART;
    size_t marks = marks_for(all) - region->marks_opened;
    size_t bytes = bytes_for(all) - region->bytes_opened;

    if (mprotect(own_marks(region) + region->marks_opened, marks, PROT_READ) != 0 ||
        mprotect(own_bytes(region) + region->bytes_opened, bytes, PROT_READ) != 0)
        return false;
    tell_marked(region, all);
    return true;
}

bool region_open_part(struct region *region, unsigned number, struct region *part)
{
    if (number > region->parts || (number == 1 && !show_marks(region)))
        return false;
    *part = (struct region){.marks = region->marks,
                            .start = region->start + region->reserved + (number - 1) * PART,
                            .reserved = PART};
    return true;
}

static void *region_grow(void *context, size_t size)
{
    struct region *region = context;
    char *first = region->start + region->used;

    if (size > region->reserved - region->used ||
        !open_heap_for(region, region->used + size, size)) {
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
    size_t opened = region->opened;
    int number = errno; /* free keeps it */

    if (end != region->start + region->used || size > region->used)
        return false;
    region->used -= size;
    region->opened = huge_kept(region->start, opened, region->used);
    clear(region->start + region->used, region->opened < opened ? region->start + opened : end);
    errno = number;
    return true;
}

void *region_clear(const struct region *region, size_t used, char *first, size_t size)
{
    size_t page = (size_t)getpagesize();
    char *fresh = region->start + used > first ? region->start + used : first, *end = first + size;
    char *pages = (char *)bits_align_up((uintptr_t)fresh, page);
    char *behind = (char *)bits_align_down((uintptr_t)end, page);
    int number = errno;

    if (pages + REGION_CLEARS <= behind &&
        madvise(pages, (size_t)(behind - pages), MADV_DONTNEED) == 0)
        memset(behind, 0, (size_t)(end - behind));
    else
        pages = end;
    errno = number;
    memset(first, 0, (size_t)(pages - first));
    return first;
}

struct hg_os region_os(struct region *region)
{
    return (struct hg_os){.grow = region_grow, .shrink = region_shrink, .context = region};
}
