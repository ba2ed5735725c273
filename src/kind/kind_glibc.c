/* kind_glibc.c: the C library's malloc as a kind of heap, read back from its chunks and its lists.
 *
 * The heap is what malloc takes from the break, and the user's payloads are all there is in it: the
 * heap process calls malloc for nothing else. So that all of it lies on the break, requests of 128
 * KiB and more are not mapped apart unless a setting asks for it (M_MMAP_MAX 0), and there is one
 * arena (M_ARENA_MAX 1). With that, the threshold from which the break is trimmed stays at its 128
 * KiB; all else is as malloc finds it, GLIBC_TUNABLES included.
 *
 * How chunks become blocks says glibc_chunks.c, where lists are found glibc_layout.c. In a version
 * of the C library whose lists are not known, or are not where they should be, blocks that wait in
 * the thread cache or in a fast bin look used, and the heap does not say that it can tell. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kind/c_library.h"
#include "kind/glibc.h"
#include "kind/glibc_settings.h"

static const struct hg_policy_info policy_info = {
    .name = "glibc",
    .summary = "the C library's own malloc, with all that it caches",
    .reason =
        "The malloc that programs use when nobody says otherwise. Small blocks that are freed "
        "wait in a thread cache and in fast bins, others are merged, put on the unsorted bin, and "
        "sorted into bins by the next request that looks there; what no bin has is cut off the "
        "top of the heap. How it came about is inferred from before and after.",
    .choice = "a block of the C library's choice",
    .rounding = "sizes are rounded up so that size and header fill a multiple of 16 bytes",
    .apart = "small freed blocks wait unmerged in the thread cache and in fast bins",
    .settings = GLIBC_SETTINGS,
};

static const struct hg_policy_info *policy(unsigned number)
{
    return number == 0 ? &policy_info : NULL;
}

/* ---- Opening ---- */

/* Let malloc set up its arena and its thread cache, by asking for what nobody has; a version that
 * waits for the first block is given one. What it does not take of the config is answered, else
 * NULL. */
static const char *set_up_malloc(struct glibc *glibc, const struct hg_config *config)
{
    volatile size_t too_much = PTRDIFF_MAX - ((size_t)1 << 20);
    const char *problem = glibc_apply_settings(config);
    void *volatile nothing;

    if (problem)
        return problem;
    nothing = malloc(too_much);
    free(nothing);
    if (sbrk(0) == glibc->start)
        glibc_place_cache(glibc);
    return NULL;
}

/* Where the first payload's block will begin: behind all that is in use already. */
static size_t size_of_own(const struct glibc *glibc, size_t extent)
{
    uint64_t at = GLIBC_WORD;
    struct hg_block block = glibc_read_block(glibc, extent, at);

    while (block.kind == HG_KIND_USED) {
        at += block.size;
        block = glibc_read_block(glibc, extent, at);
    }
    return block.kind == HG_KIND_FREE ? at : 0;
}

/* Map what is to be remembered, with a page behind it that keeps it apart from what is mapped
 * there: the kernel lists neighbours that are alike as one. NULL with errno set. */
static struct glibc *map_state(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = (sizeof(struct glibc) + page - 1) / page * page;
    char *state = mmap(NULL, size + page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (state == MAP_FAILED)
        return NULL;
    mprotect(state + size, page, PROT_NONE);
    return (struct glibc *)(void *)state;
}

static void *open_heap(const struct kind_opening *opening, const char **ret_problem)
{
    struct glibc *glibc;
    const char *problem;

    if (!c_library_has_malloc()) {
        *ret_problem = "another malloc has taken the place of the C library's";
        errno = ENOTSUP;
        return NULL;
    }
    glibc = map_state();
    if (!glibc)
        return NULL;
    glibc->start = sbrk(0);
    glibc->address = (uintptr_t)glibc->start;
    glibc->observer = opening->observer;
    glibc->context = opening->context;
    problem = set_up_malloc(glibc, opening->config);
    glibc->own = problem ? 0 : size_of_own(glibc, (size_t)((char *)sbrk(0) - glibc->start));
    if (glibc->own == 0) {
        *ret_problem = problem ? problem : "the C library's malloc does not use the break here";
        errno = ENOTSUP;
        return NULL;
    }
    glibc_probe(glibc);
    return glibc;
}

static size_t extent_of(const void *heap)
{
    return (size_t)((char *)sbrk(0) - ((const struct glibc *)heap)->start);
}

/* ---- Acting ---- */

static void *allocate(void *heap, size_t size)
{
    (void)heap;
    return malloc(size);
}

static void *allocate_zeroed(void *heap, size_t count, size_t size)
{
    (void)heap;
    return calloc(count, size);
}

static void *allocate_aligned(void *heap, size_t alignment, size_t size)
{
    (void)heap;
    return aligned_alloc(alignment, size);
}

static void *resize(void *heap, void *payload, size_t size)
{
    (void)heap;
    return realloc(payload, size);
}

static bool release(void *heap, void *payload)
{
    (void)heap;
    free(payload);
    return true;
}

static size_t usable(const void *heap, const void *payload)
{
    (void)heap;
    return malloc_usable_size((void *)payload);
}

/* ---- Describing ---- */

static void describe(const void *heap, const struct hg_config *config,
                     struct kind_description *description)
{
    glibc_describe_settings(config, description);
    glibc_describe_chunks(heap, description);
    if (config->settings[KIND_SETTING_MMAP_THRESHOLD] > 0)
        description->capabilities |= KIND_MAPS;
}

const struct kind kind_glibc = {
    .name = "glibc",
    .declared = KIND_TELLS_FREE | KIND_KNOWS_REQUESTS | KIND_CLONES | KIND_LIMITS,
    .policy = policy,
    .problem = glibc_problem,
    .environment = glibc_environment,
    .open = open_heap,
    .extent = extent_of,
    .allocate = allocate,
    .allocate_zeroed = allocate_zeroed,
    .allocate_aligned = allocate_aligned,
    .resize = resize,
    .release = release,
    .usable = usable,
    .look = glibc_look,
    .infer = glibc_infer,
    .walk = glibc_walk,
    .walk_changed = glibc_walk_changed,
    .hold = glibc_hold,
    .walk_list = glibc_walk_known_list,
    .check = glibc_check,
    .describe = describe,
};
