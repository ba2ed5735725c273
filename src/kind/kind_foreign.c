/* kind_foreign.c: a heap of the C library's in another process, or in a core file, which is looked
 * at and nothing else: see image.h.
 *
 * The heap's bytes are laid over the break, which is where whoever serves a heap looks for
 * it; they are mapped privately, so that nothing is copied, and nobody ever writes there. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kind/image.h"

static const struct hg_policy_info policy_info = {
    .name = KIND_IMAGE_POLICY,
    .summary = "the heap of another process, which is only looked at",
    .reason = "What attach and open found: a heap of a program with the C library's malloc. "
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
    const struct image_heap *heap;
};

/* Which heap of the image is asked for. */
static const struct image_heap *choose_heap(const struct kind_image *image)
{
    const char *text = getenv(KIND_IMAGE_HEAP);
    unsigned long number = text ? strtoul(text, NULL, 10) : 0;

    return &image_heaps(image)[number < image->heaps.count ? number : 0];
}

/* Lay the heap's bytes over the break, which then is behind them. */
static const char *map_bytes(int file, const struct image_heap *heap)
{
    char *start = sbrk((intptr_t)heap->size);

    if (start == (void *)-1)
        return NULL;
    return mmap(start, heap->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file,
                (off_t)heap->at) == MAP_FAILED
               ? NULL
               : start;
}

/* The heap of the same arena that has a block at an address, another than the one that is shown;
 * NULL if there is none. */
static const struct image_heap *find_other(const struct foreign *foreign, uint64_t address)
{
    const struct image_heap *heaps = image_heaps(foreign->image);

    for (uint64_t i = 0; i < foreign->image->heaps.count; i++) {
        const struct image_heap *heap = &heaps[i];

        if (heap->arena == foreign->heap->arena && heap != foreign->heap &&
            address >= heap->address + heap->own && address - heap->address < heap->size)
            return heap;
    }
    return NULL;
}

/* Two words of a free block of the main arena's that lies in no heap; NULL if none lies there. */
static const char *find_away(const struct foreign *foreign, uint64_t address)
{
    const struct image_away *away = image_away(foreign->image);
    uint64_t low = 0, high = foreign->image->away.count, word;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;

        if (away[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || foreign->heap->arena > 0)
        return NULL;
    away += low - 1;
    word = (address - away->address) / GLIBC_WORD;
    return word + 2 <= KIND_IMAGE_CHUNK_WORDS ? (const char *)&away->words[word] : NULL;
}

static const char *find_elsewhere(const struct glibc *glibc, uint64_t address)
{
    const struct foreign *foreign = (const struct foreign *)(const void *)glibc;
    const struct image_heap *heap = find_other(foreign, address);

    if (!heap)
        return find_away(foreign, address);
    if (heap->size - (address - heap->address) < 2 * GLIBC_WORD)
        return NULL;
    return (const char *)foreign->image + heap->at + (address - heap->address);
}

/* How many bytes the other heaps of the arena have, and its blocks that lie in none. */
static uint64_t size_of_others(const struct foreign *foreign)
{
    const struct image_heap *heaps = image_heaps(foreign->image);
    uint64_t size = foreign->heap->arena > 0 ? 0 : foreign->image->away.count * GLIBC_CHUNK_LEAST;

    for (uint64_t i = 0; i < foreign->image->heaps.count; i++) {
        if (heaps[i].arena == foreign->heap->arena && &heaps[i] != foreign->heap)
            size += heaps[i].size;
    }
    return size;
}

static void fill(struct glibc *glibc, const struct kind_image *image, const struct image_heap *heap)
{
    const struct image_arena *arena = &image_arenas(image)[heap->arena];

    glibc->address = heap->address;
    glibc->own = heap->own;
    glibc->is_still = true;
    glibc->is_elsewhere = heap->arena > 0;
    glibc->layout = image->layout > 0 ? glibc_layout_at(image->layout - 1) : NULL;
    glibc->arena = (const char *)arena->bytes;
    glibc->arena_address = arena->address;
    glibc->waiting = (const void *)((const char *)image + heap->waiting.at);
    glibc->waiting_from = heap->from;
    glibc->torn = (const void *)((const char *)image + heap->torn.at);
    glibc->torn_count = heap->torn.count;
}

static void *open_heap(const struct kind_opening *opening, const char **ret_problem)
{
    const char *path = getenv(KIND_IMAGE);
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    struct foreign *foreign = mmap(NULL, sizeof *foreign, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    uint64_t size;

    (void)opening;
    if (foreign == MAP_FAILED || file < 0 || !(foreign->image = image_map(file, &size))) {
        if (errno != ENOMEM)
            *ret_problem = "what was looked at is no longer there";
        return NULL;
    }
    foreign->heap = choose_heap(foreign->image);
    fill(&foreign->glibc, foreign->image, foreign->heap);
    foreign->glibc.others = size_of_others(foreign);
    if (foreign->glibc.others > 0)
        foreign->glibc.find = find_elsewhere;
    foreign->glibc.start = map_bytes(file, foreign->heap);
    close(file);
    return foreign->glibc.start ? foreign : NULL;
}

static size_t extent_of(const void *heap)
{
    return ((const struct foreign *)heap)->heap->size;
}

static uint64_t address_of(const void *heap)
{
    return ((const struct foreign *)heap)->heap->address;
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
