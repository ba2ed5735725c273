/* region.c: see region.h. */
#include "bench/region.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bits.h"
#include "base/huge.h"
#include "base/machine.h"

#define REGION_STEP ((size_t)4 << 20)

static void *reserve(void *where, size_t size, int flags)
{
    return mmap(where, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
}

bool region_init(struct region *region, struct error *error)
{
    size_t size = bits_align_up(machine_memory(), REGION_STEP);
    void *start = reserve(NULL, size, 0);

    /* Addresses may be short, and are needed for more than the heap. */
    while (start == MAP_FAILED && size > REGION_STEP) {
        size = bits_align_up(size / 4, REGION_STEP);
        start = reserve(NULL, size, 0);
    }
    if (start == MAP_FAILED)
        return error_set_errno(error, "no addresses for a heap of %zu bytes", size);
    *region = (struct region){.start = start, .size = size};
    return true;
}

void region_finish(struct region *region)
{
    munmap(region->start, region->size);
    *region = (struct region){0};
}

void region_reset(struct region *region)
{
    region->used = 0;
    if (!region->keeps && reserve(region->start, region->size, MAP_FIXED) != MAP_FAILED)
        region->opened = 0;
}

static void *region_grow(void *context, size_t size)
{
    struct region *region = context;
    char *first = region->start + region->used;

    if (size > region->size - region->used) {
        errno = ENOMEM;
        return NULL;
    }
    if (region->used + size > region->opened) {
        uintptr_t start = (uintptr_t)region->start;
        size_t opened = bits_align_up(start + region->used + size, REGION_STEP) - start;

        opened = opened < region->size ? opened : region->size;
        if (mprotect(region->start, opened, PROT_READ | PROT_WRITE) != 0)
            return NULL;
        if (huge_is_for(opened, size))
            huge_prefer(region->start + region->opened, region->start + opened);
        region->opened = opened;
    }
    region->used += size;
    return first;
}

/* Give [first, end) back to the kernel: whole pages, and zeros in what is left of another. */
static void give_back(char *first, const char *end)
{
    char *page = (char *)bits_align_up((uintptr_t)first, (size_t)sysconf(_SC_PAGESIZE));
    size_t rest = page < end ? (size_t)(end - page) : 0;

    if (rest > 0 && madvise(page, rest, MADV_DONTNEED) != 0)
        rest = 0;
    memset(first, 0, (size_t)(end - first) - rest);
}

static bool region_shrink(void *context, void *end, size_t size)
{
    struct region *region = context;
    size_t opened = region->opened;

    if (end != region->start + region->used || size > region->used)
        return false;
    region->used -= size;
    if (!region->keeps) {
        region->opened = huge_kept(region->start, opened, region->used);
        give_back(region->start + region->used,
                  region->opened < opened ? region->start + opened : end);
    }
    return true;
}

struct hg_os region_os(struct region *region)
{
    return (struct hg_os){.grow = region_grow, .shrink = region_shrink, .context = region};
}
