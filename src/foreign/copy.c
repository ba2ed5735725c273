/* copy.c: see copy.h. What of a process's heap was never touched is not copied: to read it there
 * would make the kernel map it. */
#include "foreign/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/machine.h"
#include "base/memory.h"
#include "base/size.h"
#include "foreign/away.h"
#include "foreign/caches.h"
#include "foreign/large.h"
#include "foreign/parameters.h"
#include "target/huge.h"
#include "target/pages.h"

enum { PART = 4 << 20 };

struct copying {
    const struct memory *memory;
    const struct found *found;
    const struct progress *progress;
    int image;
    char *bytes;          /* the image's header and the heaps' bytes, mapped */
    uint64_t size, total; /* of that; of heaps alone */
    uint64_t done;        /* bytes of heaps that were copied or passed over */
    struct image_heap *heaps;
    struct pages *pages; /* of each heap; none where they are not known */
    uint64_t end;        /* of the file, as far as it is written */
};

/* ---- Bytes ---- */

/* Copy [from, end), offsets in a heap. */
static bool copy_range(struct copying *copying, const struct image_heap *heap, uint64_t from,
                       uint64_t end, struct error *error)
{
    const struct memory *memory = copying->memory;

    for (uint64_t at = from; at < end; at += PART) {
        uint64_t part = end - at < PART ? end - at : PART;

        if (!progress_tick(copying->progress, copying->done + at, copying->total))
            return error_set_kind(error, ERROR_STOPPED, "stopped; nothing has changed");
        if (!(memory->copy &&
              memory->copy(memory, heap->address + at, part, copying->image, heap->at + at)) &&
            !memory->read(memory, heap->address + at, copying->bytes + heap->at + at, part))
            return error_set(error, "its heap cannot be read at 0x%zx",
                             (size_t)(heap->address + at));
    }
    return true;
}

/* Copy the pages of a process's heap that there are. */
static bool copy_pages(struct copying *copying, const struct image_heap *heap,
                       const struct pages *pages, struct error *error)
{
    for (size_t i = 0; i < pages->run_count; i++) {
        const struct page_run *run = &pages->runs[i];
        uint64_t from = run->first * pages->page_size, end = from + run->count * pages->page_size;

        if (run->state != PAGE_UNTOUCHED &&
            !copy_range(copying, heap, from, end < heap->size ? end : heap->size, error))
            return false;
    }
    return true;
}

/* Read which pages of the heaps there are. */
static void read_pages(struct copying *copying)
{
    const struct memory *memory = copying->memory;
    struct error ignored;

    copying->pages = memory_create(copying->found->heap_count, sizeof copying->pages[0]);
    for (size_t i = 0; i < copying->found->heap_count; i++) {
        const struct image_heap *heap = &copying->heaps[i];
        struct pages *pages = &copying->pages[i];

        if (memory->process && memory->file >= 0 &&
            pages_read(memory->file, heap->address, heap->size, pages, &ignored) &&
            pages->is_by_words)
            pages->huge = huge_read(memory->process, heap->address, heap->address + heap->size);
    }
}

static bool copy_heap(struct copying *copying, size_t number, struct error *error)
{
    const struct image_heap *heap = &copying->heaps[number];
    const struct pages *pages = &copying->pages[number];
    bool good = pages->run_count > 0 ? copy_pages(copying, heap, pages, error)
                                     : copy_range(copying, heap, 0, heap->size, error);

    copying->done += heap->size;
    return good;
}

/* Whether there is memory for a copy of what there is of the heaps. */
static bool has_room(const struct copying *copying, struct error *error)
{
    uint64_t available = machine_memory(), needed = 0;
    char sizes[2][SIZE_TEXT_MAX];

    for (size_t i = 0; i < copying->found->heap_count; i++) {
        const struct pages *pages = &copying->pages[i];

        needed += pages->run_count > 0
                      ? (pages->count - pages->counts[PAGE_UNTOUCHED]) * pages->page_size
                      : copying->heaps[i].size;
    }
    return needed <= available / 4 * 3 ||
           error_set_kind(error, ERROR_NO_MEMORY,
                          "its heaps have %s in memory, and of the %s that are available a copy "
                          "would take too much",
                          size_in_words(needed, sizes[0]), size_in_words(available, sizes[1]));
}

/* ---- Tables ---- */

/* Append a table to the file, at a page. */
static bool add_table(struct copying *copying, const void *rows, uint64_t count, size_t size,
                      struct image_table *ret_table)
{
    uint64_t whole = count * size;

    *ret_table = (struct image_table){copying->end, count};
    copying->end += (whole + KIND_IMAGE_PAGE - 1) / KIND_IMAGE_PAGE * KIND_IMAGE_PAGE;
    return whole == 0 ||
           pwrite(copying->image, rows, whole, (off_t)ret_table->at) == (ssize_t)whole;
}

/* A block that waits, as a heap has it. */
struct waiting {
    uint32_t list; /* a place, behind those of the heap's own cache where it is another's */
    uint32_t order;
    uint64_t at;
};

static int compare_waiting(const void *a, const void *b)
{
    const struct waiting *left = a, *right = b;

    if (left->list != right->list)
        return left->list < right->list ? -1 : 1;
    return left->order < right->order ? -1 : left->order > right->order;
}

/* The cache of a heap's own is the first in its arena: the thread's that it was made for. */
static uint32_t own_cache(const struct copying *copying, const struct found_caches *caches,
                          const struct image_heap *heap)
{
    const struct found_heap *of_cache;
    uint64_t least = UINT64_MAX;
    uint32_t own = UINT32_MAX;

    for (uint32_t i = 0; i < caches->count; i++) {
        uint64_t cache = caches->items[i].cache;

        of_cache = cache && cache < least ? found_heap_at(copying->found, cache) : NULL;
        if (!of_cache || of_cache->arena != heap->arena)
            continue;
        least = cache;
        own = i;
    }
    return own;
}

/* The heap that tells of a list that is torn: where its last link stands, else where its cache
 * lies. */
static const struct found_heap *home_of(const struct copying *copying,
                                        const struct found_caches *caches,
                                        const struct found_torn *torn)
{
    const struct found_heap *home = found_heap_at(copying->found, torn->from);

    return home ? home : found_heap_at(copying->found, caches->items[torn->cache].cache);
}

/* Tell the lists of caches that are torn in a heap.
 *   own  the heap's own cache */
static bool add_torn(struct copying *copying, const struct found_caches *caches, size_t number,
                     uint32_t own)
{
    struct image_heap *heap = &copying->heaps[number];
    struct glibc_torn *rows = memory_create(caches->torn_count + 1, sizeof rows[0]);
    uint64_t count = 0;
    bool good;

    for (size_t i = 0; i < caches->torn_count; i++) {
        const struct found_torn *torn = &caches->torn[i];
        uint64_t cache = caches->items[torn->cache].cache;
        bool is_header = torn->place == FOUND_HEADER;
        bool is_head = !is_header && torn->from - cache < caches->layout->cache_size;

        if (home_of(copying, caches, torn) != &copying->found->heaps[number])
            continue;
        rows[count++] = (struct glibc_torn){
            .list = is_header            ? HG_NO_LIST
                    : torn->cache == own ? glibc_list_of_place(torn->place)
                                         : GLIBC_LIST_OTHERS + torn->place,
            .how = torn->end.how,
            .link = torn->end.link,
            .last = is_head ? 0 : torn->from - GLIBC_WORD - heap->address,
        };
    }
    good = add_table(copying, rows, count, sizeof rows[0], &heap->torn);
    free(rows);
    return good;
}

/* Sort what waits in a heap into its lists. */
static bool add_waiting(struct copying *copying, const struct found_caches *caches, size_t number)
{
    struct image_heap *heap = &copying->heaps[number];
    struct waiting *waiting = memory_create(caches->waiting_count + 1, sizeof waiting[0]);
    uint64_t *offsets = memory_create(caches->waiting_count + 1, sizeof offsets[0]);
    uint32_t own = own_cache(copying, caches, heap), count = 0;
    bool good;

    heap->has_cache = own != UINT32_MAX;
    if (heap->has_cache && caches->layout &&
        caches->items[own].cache == heap->address + heap->own + GLIBC_WORD)
        heap->own += caches->layout->cache_size; /* it is the first chunk */
    for (size_t i = 0; i < caches->waiting_count; i++) {
        const struct found_waiting *found = &caches->waiting[i];
        uint64_t at = found->payload - GLIBC_WORD - heap->address;
        uint32_t others = found->cache == own ? 0 : GLIBC_CACHE_PLACES;

        if (at < heap->size)
            waiting[count++] = (struct waiting){found->place + others, (uint32_t)i, at};
    }
    qsort(waiting, count, sizeof waiting[0], compare_waiting);
    for (uint32_t i = 0; i < count; i++) {
        offsets[i] = waiting[i].at;
        heap->from[waiting[i].list + 1] = i + 1;
    }
    for (uint32_t list = 1; list <= KIND_IMAGE_LISTS; list++) {
        if (heap->from[list] < heap->from[list - 1])
            heap->from[list] = heap->from[list - 1];
    }
    good = add_table(copying, offsets, count, sizeof offsets[0], &heap->waiting) &&
           add_torn(copying, caches, number, own);
    free(waiting);
    free(offsets);
    return good;
}

/* What of the main heap is before malloc's first chunk, of which it says where it began; else what
 * is before its cache, the first chunk in most versions. */
static uint64_t own_of_main(const struct image_parameters *parameters,
                            const struct found_caches *caches, const struct image_heap *heap)
{
    uint64_t start = parameters->are_known ? parameters->sbrk_base : heap->address;

    if (!parameters->are_known && caches->items[0].cache)
        start = caches->items[0].cache - 2 * GLIBC_WORD;
    start = (start + GLIBC_ALIGNMENT - 1) / GLIBC_ALIGNMENT * GLIBC_ALIGNMENT + GLIBC_WORD;
    return start - heap->address < heap->size ? start - heap->address : GLIBC_WORD;
}

static bool add_pages(struct copying *copying, size_t number)
{
    const struct pages *pages = &copying->pages[number];
    struct image_heap *heap = &copying->heaps[number];
    struct image_pages *rows = memory_create(pages->run_count + 1, sizeof rows[0]);
    bool good;

    for (size_t i = 0; i < pages->run_count; i++)
        rows[i] =
            (struct image_pages){pages->runs[i].first, pages->runs[i].count, pages->runs[i].state};
    heap->page_size = pages->page_size;
    heap->huge = pages->huge;
    heap->has_huge = pages->is_by_words;
    good = add_table(copying, rows, pages->run_count, sizeof rows[0], &heap->pages);
    free(rows);
    return good;
}

static uint32_t number_of_layout(const struct glibc_layout *layout)
{
    uint32_t number = 0;

    while (glibc_layout_at(number) != layout)
        number++;
    return number;
}

static bool add_tables(struct copying *copying, struct kind_image *image)
{
    const struct memory *memory = copying->memory;
    const struct found *found = copying->found;
    struct found_caches caches = find_caches(memory, found, copying->bytes + copying->heaps[0].at);
    struct image_parameters *parameters = &image->parameters;
    const struct glibc_layout *layout;
    struct found_large large;
    struct found_away away;
    bool good = true;

    *parameters = find_parameters(memory, found);
    large = find_large(memory, found, parameters->are_known ? parameters->n_mmaps : UINT64_MAX);
    layout = caches.layout ? caches.layout : found->layout;
    away = find_away(memory, found, layout);
    image->layout = 1 + number_of_layout(layout);
    image->knows_threads = caches.know_threads;
    copying->heaps[0].own = own_of_main(parameters, &caches, &copying->heaps[0]);
    for (size_t i = 0; good && i < found->heap_count; i++)
        good = add_waiting(copying, &caches, i) && add_pages(copying, i);
    good =
        good &&
        add_table(copying, caches.items, caches.count, sizeof caches.items[0], &image->threads) &&
        add_table(copying, large.items, large.count, sizeof large.items[0], &image->large) &&
        add_table(copying, away.items, away.count, sizeof away.items[0], &image->away) &&
        add_table(copying, found->arenas, found->arena_count, sizeof found->arenas[0],
                  &image->arenas) &&
        add_table(copying, copying->heaps, found->heap_count, sizeof copying->heaps[0],
                  &image->heaps);
    found_caches_finish(&caches);
    found_large_finish(&large);
    found_away_finish(&away);
    return good;
}

/* ---- The image ---- */

/* Lay the heaps out one behind the other. */
static void lay_out(struct copying *copying)
{
    const struct found *found = copying->found;

    copying->heaps = memory_create(found->heap_count, sizeof copying->heaps[0]);
    copying->size = KIND_IMAGE_PAGE;
    for (size_t i = 0; i < found->heap_count; i++) {
        const struct found_heap *heap = &found->heaps[i];
        uint64_t size = heap->end - heap->start;

        copying->heaps[i] = (struct image_heap){.address = heap->start,
                                                .size = size,
                                                .at = copying->size,
                                                .own = heap->own,
                                                .arena = heap->arena};
        copying->total += size;
        copying->size += (size + KIND_IMAGE_PAGE - 1) / KIND_IMAGE_PAGE * KIND_IMAGE_PAGE;
    }
    copying->end = copying->size;
}

static bool copy_all(struct copying *copying, const char *name, struct error *error)
{
    struct kind_image *image = (struct kind_image *)(void *)copying->bytes;
    const struct memory *memory = copying->memory;
    bool good = has_room(copying, error);

    for (size_t i = 0; good && i < copying->found->heap_count; i++)
        good = copy_heap(copying, i, error);
    if (!good)
        return false;
    image->process = memory->process ? memory->process : KIND_PROCESS_NONE;
    image->was_stopped = memory->is_stopped;
    image->signal = memory->signal;
    image->goes_on = copying->found->goes_on;
    image->missing = memory->missing;
    snprintf(image->name, sizeof image->name, "%.*s", KIND_IMAGE_NAME_MAX - 1, name);
    if (!add_tables(copying, image))
        return error_set_errno(error, "there is no room for a copy of its heap");
    image->magic = KIND_IMAGE_MAGIC;
    return true;
}

bool copy_heaps(const struct memory *memory, const struct found *found, const char *name,
                const struct progress *progress, int image, struct error *error)
{
    struct copying copying = {memory, found, progress, image, MAP_FAILED, 0, 0, 0, NULL, NULL, 0};
    bool good;

    lay_out(&copying);
    if (ftruncate(image, (off_t)copying.size) == 0)
        copying.bytes = mmap(NULL, copying.size, PROT_READ | PROT_WRITE, MAP_SHARED, image, 0);
    if (copying.bytes == MAP_FAILED) {
        free(copying.heaps);
        return error_set_errno(error, "there is no room for a copy of its heap");
    }
    read_pages(&copying);
    good = copy_all(&copying, name, error);
    for (size_t i = 0; i < found->heap_count; i++)
        pages_finish(&copying.pages[i]);
    free(copying.pages);
    munmap(copying.bytes, copying.size);
    free(copying.heaps);
    return good;
}
