/* copy.c: see copy.h. What of a process's heap was never touched is not copied: to read it there
 * would make the kernel map it. */
#include "foreign/copy.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/machine.h"
#include "base/memory.h"
#include "base/size.h"
#include "foreign/mapped.h"
#include "target/pages.h"

enum { PART = 4 << 20 };

/* ---- Bytes ---- */

struct copying {
    const struct memory *memory;
    const struct found_heap *found;
    const struct progress *progress;
    char *to; /* the image's bytes */
};

/* Copy [from, end), offsets in the heap. */
static bool copy_range(const struct copying *copying, uint64_t from, uint64_t end,
                       struct error *error)
{
    uint64_t size = copying->found->end - copying->found->start;

    for (uint64_t at = from; at < end; at += PART) {
        uint64_t part = end - at < PART ? end - at : PART;

        if (!progress_tick(copying->progress, at, size))
            return error_set_kind(error, ERROR_STOPPED, "stopped; nothing has changed");
        if (!copying->memory->read(copying->memory, copying->found->start + at, copying->to + at,
                                   part))
            return error_set(error, "its heap cannot be read at 0x%zx",
                             (size_t)(copying->found->start + at));
    }
    return true;
}

static bool has_room(uint64_t needed, struct error *error)
{
    uint64_t available = machine_memory();
    char sizes[2][SIZE_TEXT_MAX];

    return needed <= available / 4 * 3 ||
           error_set_kind(error, ERROR_NO_MEMORY,
                          "its heap has %s in memory, and of the %s that are available a copy "
                          "would take too much",
                          size_in_words(needed, sizes[0]), size_in_words(available, sizes[1]));
}

/* Copy the pages of a process's heap that there are. */
static bool copy_pages(const struct copying *copying, const struct pages *pages,
                       struct error *error)
{
    uint64_t size = copying->found->end - copying->found->start;

    if (!has_room((pages->count - pages->counts[PAGE_UNTOUCHED]) * pages->page_size, error))
        return false;
    for (size_t i = 0; i < pages->run_count; i++) {
        const struct page_run *run = &pages->runs[i];
        uint64_t from = run->first * pages->page_size, end = from + run->count * pages->page_size;

        if (run->state != PAGE_UNTOUCHED &&
            !copy_range(copying, from, end < size ? end : size, error))
            return false;
    }
    return true;
}

static bool copy_bytes(const struct copying *copying, struct error *error)
{
    const struct memory *memory = copying->memory;
    uint64_t start = copying->found->start, size = copying->found->end - start;
    struct error ignored;
    struct pages pages;
    bool good;

    if (!memory->process || memory->file < 0 ||
        !pages_read(memory->file, start, size, &pages, &ignored))
        return has_room(size, error) && copy_range(copying, 0, size, error);
    good = copy_pages(copying, &pages, error);
    pages_finish(&pages);
    return good;
}

/* ---- What is known of it ---- */

/* How many bytes of the start may be something else's than malloc's. */
enum { OTHERS_MOST = 16 << 20 };

/* Whether there is a chunk as large as a thread cache at `at`, and one behind it. */
static bool is_cache(const struct glibc *glibc, size_t extent, uint64_t at, uint32_t cache_size)
{
    struct glibc_chunk chunk, next;

    return glibc_read_chunk(glibc, extent, at, &chunk) && chunk.size == cache_size &&
           chunk.left_used && glibc_read_chunk(glibc, extent, at + chunk.size, &next) &&
           next.left_used;
}

/* Count up to one more than any list of a thread cache has. */
static bool count_one(void *context, uint64_t at)
{
    uint64_t *count = context;

    (void)at;
    return ++*count <= UINT16_MAX;
}

/* How many lists of the cache have as many blocks as it says. */
static unsigned count_agreeing(const struct glibc *glibc, size_t extent)
{
    unsigned agreeing = 0;

    for (uint32_t list = 0; list < GLIBC_CACHE_LISTS; list++) {
        uint64_t count = 0;

        glibc_walk_list(glibc, extent, list, count_one, &count);
        agreeing += count == glibc_cache_count(glibc, list);
    }
    return agreeing;
}

/* Take the layout by which most lists of the thread cache agree with what it says of them. */
static uint32_t choose_layout(struct glibc *glibc, size_t extent)
{
    unsigned best = 0;
    uint32_t chosen = 0;

    for (uint32_t number = 0; (glibc->layout = glibc_layout_at(number)); number++) {
        unsigned agreeing = count_agreeing(glibc, extent);

        if (agreeing >= best) {
            best = agreeing;
            chosen = number;
        }
    }
    return chosen;
}

/* Find the main thread's cache, the first that malloc takes from the heap, and where blocks begin
 * behind it. */
static void find_own(struct glibc *glibc, size_t extent, struct kind_image *image,
                     struct look *look)
{
    const struct glibc_layout *layout = glibc_layout_at(0);
    uint64_t most = extent < OTHERS_MOST ? extent : OTHERS_MOST;

    image->own = GLIBC_WORD;
    for (uint64_t at = GLIBC_WORD; at < most && !look->has_cache; at += GLIBC_ALIGNMENT) {
        if (!is_cache(glibc, extent, at, layout->cache_size))
            continue;
        look->has_cache = true;
        image->own = at + layout->cache_size;
        memcpy(image->cache, glibc->start + at + GLIBC_WORD, layout->cache_size - GLIBC_ALIGNMENT);
    }
    glibc->own = image->own;
}

/* ---- The image ---- */

static bool fill_header(const struct memory *memory, const struct found_heap *found,
                        const char *bytes, struct kind_image *image, struct look *look,
                        struct error *error)
{
    size_t size = found->end - found->start;
    struct glibc *glibc = mmap(NULL, sizeof *glibc, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (glibc == MAP_FAILED)
        return error_set_errno(error, "there is no memory to look at it");
    image->address = found->start;
    image->size = size;
    image->arena_address = found->arena;
    memcpy(image->name, look->name, sizeof image->name);
    image->process = memory->process ? memory->process : KIND_PROCESS_NONE;
    memory->read(memory, found->arena, image->arena, found->layout->bin_map + GLIBC_ALIGNMENT);
    glibc->start = bytes;
    glibc->address = found->start;
    glibc->arena = (const char *)image->arena;
    glibc->arena_address = found->arena;
    glibc->cache = (const char *)image->cache;
    find_own(glibc, size, image, look);
    image->layout = 1 + choose_layout(glibc, size);
    image->magic = KIND_IMAGE_MAGIC;
    munmap(glibc, sizeof *glibc);
    return true;
}

bool copy_heap(const struct memory *memory, const struct found_heap *found,
               const struct progress *progress, struct look *look, struct error *error)
{
    uint64_t size = found->end - found->start, whole = KIND_IMAGE_BYTES_AT + size;
    char *image = MAP_FAILED;
    struct copying copying = {memory, found, progress, NULL};
    bool good;

    if (ftruncate(look->image, (off_t)whole) == 0)
        image = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_SHARED, look->image, 0);
    if (image == MAP_FAILED)
        return error_set_errno(error, "there is no room for a copy of its heap");
    copying.to = image + KIND_IMAGE_BYTES_AT;
    good = copy_bytes(&copying, error) &&
           fill_header(memory, found, copying.to, (struct kind_image *)(void *)image, look, error);
    munmap(image, whole);
    look->address = found->start;
    look->size = size;
    look->arenas = found->others;
    look->mapped = find_mapped(memory, found);
    look->goes_on = found->goes_on;
    return good;
}
