/* kind_foreign.c: a heap of the C library's in another process, or in a core file, which is looked
 * at and nothing else: see image.h.
 *
 * The bytes of the image are laid over the break, which is where whoever serves a heap looks for
 * it; they are mapped privately, so that nothing is copied, and nobody ever writes there. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kind/glibc.h"
#include "kind/image.h"

static const struct hg_policy_info policy_info = {
    .name = KIND_IMAGE_POLICY,
    .summary = "the heap of another process, which is only looked at",
    .reason = "What attach and open found: the main heap of a program with the C library's malloc. "
              "It is shown as it was when it was looked at; nothing can be done to it.",
    .choice = "a block of the C library's choice",
    .rounding = "sizes are rounded up so that size and header fill a multiple of 16 bytes",
    .apart = "small freed blocks wait unmerged in the thread cache and in fast bins",
};

static const struct hg_policy_info *policy(unsigned number)
{
    return number == 0 && getenv(KIND_IMAGE) ? &policy_info : NULL;
}

/* ---- Opening ---- */

struct foreign {
    struct glibc glibc; /* first: what reads it is handed either */
    const struct kind_image *image;
};

/* Map the image's header; NULL with errno set if the file is none. */
static const struct kind_image *map_header(int file)
{
    struct stat status;
    const struct kind_image *image;

    if (fstat(file, &status) != 0)
        return NULL;
    errno = EINVAL;
    if (status.st_size < KIND_IMAGE_BYTES_AT)
        return NULL;
    image = mmap(NULL, KIND_IMAGE_BYTES_AT, PROT_READ, MAP_PRIVATE, file, 0);
    if (image == MAP_FAILED)
        return NULL;
    errno = EINVAL;
    return image->magic == KIND_IMAGE_MAGIC && image->size > 0 && image->own < image->size &&
                   image->size <= (uint64_t)status.st_size - KIND_IMAGE_BYTES_AT
               ? image
               : NULL;
}

/* Lay the heap's bytes over the break, which then is behind them. */
static const char *map_bytes(int file, const struct kind_image *image)
{
    char *start = sbrk((intptr_t)image->size);

    if (start == (void *)-1)
        return NULL;
    return mmap(start, image->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file,
                KIND_IMAGE_BYTES_AT) == MAP_FAILED
               ? NULL
               : start;
}

static void *open_heap(const struct kind_opening *opening, const char **ret_problem)
{
    const char *path = getenv(KIND_IMAGE);
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    struct foreign *foreign = mmap(NULL, sizeof *foreign, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    const struct kind_image *image = file < 0 ? NULL : map_header(file);

    (void)opening;
    if (!image || foreign == MAP_FAILED) {
        *ret_problem = "what was looked at is no longer there";
        return NULL;
    }
    foreign->image = image;
    foreign->glibc.start = map_bytes(file, image);
    close(file);
    if (!foreign->glibc.start)
        return NULL;
    foreign->glibc.address = image->address;
    foreign->glibc.own = image->own;
    foreign->glibc.is_still = true;
    foreign->glibc.layout = image->layout > 0 ? glibc_layout_at(image->layout - 1) : NULL;
    foreign->glibc.arena = (const char *)image->arena;
    foreign->glibc.arena_address = image->arena_address;
    foreign->glibc.cache = (const char *)image->cache;
    return foreign;
}

static size_t extent_of(const void *heap)
{
    return ((const struct foreign *)heap)->image->size;
}

static uint64_t address_of(const void *heap)
{
    return ((const struct foreign *)heap)->image->address;
}

/* ---- Reading ---- */

static void describe(const void *heap, const struct hg_config *config,
                     struct kind_description *description)
{
    const struct foreign *foreign = heap;

    (void)config;
    if (foreign) {
        description_set_title(description, foreign->image->name);
        description->process = foreign->image->process;
    }
    glibc_describe_chunks(heap, description);
}

const struct kind kind_foreign = {
    .name = "foreign",
    .declared = KIND_TELLS_FREE,
    .policy = policy,
    .open = open_heap,
    .extent = extent_of,
    .address = address_of,
    .walk = glibc_walk,
    .walk_list = glibc_walk_known_list,
    .check = glibc_check,
    .describe = describe,
};
