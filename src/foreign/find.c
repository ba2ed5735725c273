/* find.c: the main arena and its heap: see find.h.
 *
 * An arena is a struct of the library's own data. Most of it are the bins: circular lists whose
 * headers lie in the arena itself. Each bin's links lead to its own header or out of the arena; the
 * last bin is never used, so its links always lead to itself, which alone is seen in nothing else.
 * Arenas of threads lie at the start of heaps of their own; that in a library's data is the main
 * one.
 *
 *      ..., top, last remainder, bins [254], bin map [4 of 4 bytes], next arena, ...
 *
 * From the top on all versions are alike. How much stands before it is seen by the ring that the
 * arenas are on, which leads back to where this one begins. */
#include "foreign/find.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "foreign/parameters.h"

enum {
    REGION_MOST = 16 << 20, /* a program with more variables than that has its arena elsewhere */
    BIN = 2 * GLIBC_WORD,   /* bytes of a bin in the arena */
    BINS = 2 * GLIBC_WORD,  /* bytes from the top to the bins, */
    MAP = BINS + (GLIBC_BINS)*BIN, /* the map of bins, */
    END = MAP + 7 * GLIBC_WORD,    /* and the end */
    RING_MOST = 4096,
};

static uint64_t word_at(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

/* ---- The arena ---- */

/* Whether a bin's two links make sense: none of them leads into the arena but to its own header,
 * and to that both or none.
 *   bytes  from the top on, which is at address `top` */
static bool is_bin(const char *bytes, uint64_t top, unsigned bin)
{
    const char *links = bytes + BINS + ((size_t)bin - 1) * BIN;
    uint64_t header = top + ((uint64_t)bin - 1) * BIN;
    uint64_t first = word_at(links), last = word_at(links + GLIBC_WORD);

    if (first == header || last == header)
        return first == last;
    return first % GLIBC_ALIGNMENT == 0 && last % GLIBC_ALIGNMENT == 0 &&
           (first < top || first >= top + MAP) && (last < top || last >= top + MAP) && first &&
           last;
}

/* Whether the bytes at address `top` are an arena's from its top on. */
static bool is_arena(const char *bytes, uint64_t top)
{
    uint64_t header = top + (GLIBC_BINS - 1) * BIN;
    const char *last = bytes + BINS + (size_t)(GLIBC_BINS - 1) * BIN;

    if (word_at(last) != header || word_at(last + GLIBC_WORD) != header)
        return false;
    for (unsigned bin = 1; bin < GLIBC_BINS; bin++) {
        if (!is_bin(bytes, top, bin))
            return false;
    }
    return true;
}

/* What was seen of arenas. */
struct search {
    const struct memory *memory;
    struct found found;
    uint64_t top;    /* where the main one's is written */
    bool has_unused; /* one that nobody has asked for anything */
};

/* Look for an arena that is used in the bytes of a region. Empty bins look alike: what begins one
 * bin before an arena looks like one, too. */
static bool search_bytes(struct search *search, const struct memory_region *region,
                         const char *bytes, size_t size)
{
    for (size_t at = 0; at + END <= size; at += GLIBC_WORD) {
        uint64_t top = region->start + at;

        if (!is_arena(bytes + at, top) ||
            (at + BIN + END <= size && is_arena(bytes + at + BIN, top + BIN)))
            continue;
        if (word_at(bytes + at) == top) {
            search->has_unused = true;
            continue;
        }
        search->top = top;
        return true;
    }
    return false;
}

static bool is_data(const struct memory_region *region)
{
    return region->is_writable && region->name[0] && region->name[0] != '[' && region->held > 0 &&
           region->held <= REGION_MOST;
}

static bool find_arena(struct search *search)
{
    bool found = false;

    for (size_t i = 0; i < search->memory->count && !found; i++) {
        const struct memory_region *region = &search->memory->regions[i];
        char *bytes;

        if (!is_data(region))
            continue;
        bytes = memory_create(region->held, 1);
        found = search->memory->read(search->memory, region->start, bytes, region->held) &&
                search_bytes(search, region, bytes, region->held);
        free(bytes);
    }
    return found;
}

/* Whether the ring that an arena at this address would be on leads back to it. */
static bool closes_ring(const struct memory *memory, uint64_t arena,
                        const struct glibc_layout *layout)
{
    uint64_t next = arena;

    for (unsigned i = 0; i < RING_MOST; i++) {
        if (!memory->read(memory, next + layout->top + END - 5 * GLIBC_WORD, &next, sizeof next) ||
            next == 0)
            return false;
        if (next == arena)
            return true;
    }
    return false;
}

/* Choose the layout by which the ring closes, and note the arena; where it is torn, the first. */
static bool take_arena(struct search *search)
{
    char bytes[KIND_IMAGE_ARENA_MAX];
    const struct glibc_layout *layout = glibc_layout_at(0), *other;

    for (unsigned i = 0; (other = glibc_layout_at(i)); i++) {
        if (closes_ring(search->memory, search->top - other->top, other)) {
            layout = other;
            break;
        }
    }
    if (!search->memory->read(search->memory, search->top - layout->top, bytes, layout->top + END))
        return false;
    search->found.layout = layout;
    found_add_arena(&search->found, search->top - layout->top, bytes);
    return true;
}

/* ---- The heap ---- */

/* The region before this one, if it goes on there without a gap. */
static const struct memory_region *before(const struct memory *memory,
                                          const struct memory_region *region)
{
    const struct memory_region *left = region > memory->regions ? region - 1 : NULL;

    return left && left->end == region->start && left->is_writable &&
                   strcmp(left->name, region->name) == 0
               ? left
               : NULL;
}

static const struct memory_region *behind(const struct memory *memory,
                                          const struct memory_region *region)
{
    const struct memory_region *right = region + 1;

    return right < memory->regions + memory->count && right->start == region->end &&
                   right->is_writable && strcmp(right->name, region->name) == 0
               ? right
               : NULL;
}

/* Read the size of the chunk at an arena's top. */
static bool read_top_size(const struct memory *memory, struct image_arena *arena)
{
    uint64_t word;

    if (!memory->read(memory, arena->top + GLIBC_WORD, &word, sizeof word))
        return false;
    arena->top_size = word & ~(uint64_t)GLIBC_FLAGS;
    return true;
}

/* Whether malloc says that its heap began in a region. */
static bool is_heaps(const struct search *search, const struct memory_region *region)
{
    struct found_heap heap = {.start = region->start, .end = region->end};
    struct found found = search->found;

    found.heaps = &heap;
    found.heap_count = 1;
    return region->is_writable && find_parameters(search->memory, &found).are_known;
}

/* The region in which the main heap begins; a core file does not say which it is.
 *   of_top  that in which its top lies */
static const struct memory_region *find_first(const struct search *search,
                                              const struct memory_region *of_top)
{
    const struct memory *memory = search->memory;
    const struct memory_region *named = memory_find(memory, "[heap]");

    if (named)
        return strcmp(of_top->name, "[heap]") == 0 ? of_top : named;
    if (is_heaps(search, of_top))
        return of_top;
    for (size_t i = 0; i < memory->count; i++) {
        if (memory->regions[i].name[0] == '\0' && is_heaps(search, &memory->regions[i]))
            return &memory->regions[i];
    }
    return of_top;
}

/* The heap is the region where it begins, with those that it was cut into: the kernel tells of
 * parts that are mapped differently. It ends where the top does, if that lies there. */
static bool take_region(struct search *search, const char *name, struct error *error)
{
    const struct memory *memory = search->memory;
    const struct memory_region *first, *last, *region;
    struct found *found = &search->found;
    struct image_arena *arena = &found->arenas[0];
    struct found_heap heap = {.own = GLIBC_WORD};

    region = memory_region_at(memory, arena->top);
    if (!region || !region->is_writable || arena->top % GLIBC_ALIGNMENT)
        return error_set(error,
                         "%s: the arena of its malloc does not make sense: it was written "
                         "over",
                         name);
    first = last = find_first(search, region);
    while (before(memory, first))
        first = before(memory, first);
    while (behind(memory, last))
        last = behind(memory, last);
    heap.start = first->start;
    heap.end = last->end;
    found->goes_on = region < first || region > last;
    if (!found->goes_on) {
        if (!read_top_size(memory, arena))
            return error_set(error, "%s: what lies at its heap's top cannot be read: it is cut off",
                             name);
        if (arena->top_size > 0 && arena->top + arena->top_size <= heap.end)
            heap.end = arena->top + arena->top_size;
    }
    found_add_heap(found, &heap);
    return true;
}

/* ---- Where there is none ---- */

/* A library that has a malloc of its own, by its name; NULL if none is seen. */
static const char *find_other_malloc(const struct memory *memory)
{
    static const char *const marks[] = {"malloc", "libheapglass", "libhoard"};

    for (size_t i = 0; i < memory->count; i++) {
        const char *name = memory_region_name(&memory->regions[i]);

        for (size_t j = 0; j < sizeof marks / sizeof marks[0]; j++) {
            if (strstr(name, marks[j]) && strstr(name, ".so"))
                return name;
        }
    }
    return NULL;
}

/* Whether a core has nothing of the variables that the program and its libraries had. */
static bool lacks_variables(const struct memory *memory)
{
    size_t known = 0;

    for (size_t i = 0; i < memory->count; i++) {
        const struct memory_region *region = &memory->regions[i];

        if (!region->is_writable || !region->name[0])
            continue;
        if (region->held > 0)
            return false;
        known++;
    }
    return known > 0;
}

static bool tell_none(const struct search *search, const char *name, struct error *error)
{
    const char *other = find_other_malloc(search->memory);
    bool has_library =
        memory_find(search->memory, "libc.so.6") || memory_find(search->memory, "libc-2.");

    if (other)
        return error_set(error, "%s: the C library's malloc has no heap there: %s serves it", name,
                         other);
    if (search->has_unused ||
        (has_library && search->memory->process && !memory_find(search->memory, "[heap]")))
        return error_set(error,
                         "%s: it has no heap: nothing has been asked of the C library's "
                         "malloc yet",
                         name);
    if (lacks_variables(search->memory))
        return error_set(error,
                         "%s: the memory that the program wrote to was left out of the file: bit 0 "
                         "of its /proc/PID/coredump_filter is not set, as it is in 0x33",
                         name);
    if (!has_library)
        return error_set(error,
                         "%s: it does not have glibc's malloc: it is linked with another C "
                         "library, or with none",
                         name);
    return error_set(error, "%s: glibc is there, but nothing that looks like its malloc's arena",
                     name);
}

bool find_heaps(const struct memory *memory, const char *name, struct found *ret_found,
                struct error *error)
{
    struct search search = {.memory = memory};

    if (!find_arena(&search) || !take_arena(&search))
        return tell_none(&search, name, error);
    if (!take_region(&search, name, error)) {
        found_finish(&search.found);
        return false;
    }
    find_other_arenas(memory, &search.found);
    for (size_t i = 1; i < search.found.arena_count; i++)
        read_top_size(memory, &search.found.arenas[i]);
    *ret_found = search.found;
    return true;
}

/* ---- What was found ---- */

void found_finish(struct found *found)
{
    free(found->heaps);
    free(found->arenas);
    *found = (struct found){0};
}

void found_add_heap(struct found *found, const struct found_heap *heap)
{
    found->heaps = memory_reserve(found->heaps, &found->heap_capacity, found->heap_count + 1,
                                  sizeof found->heaps[0]);
    found->heaps[found->heap_count++] = *heap;
}

const struct found_heap *found_heap_at(const struct found *found, uint64_t address)
{
    for (size_t i = 0; i < found->heap_count; i++) {
        if (address >= found->heaps[i].start && address < found->heaps[i].end)
            return &found->heaps[i];
    }
    return NULL;
}
