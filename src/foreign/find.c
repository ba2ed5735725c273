/* find.c: see find.h.
 *
 * An arena is a struct of the library's own data. Most of it are the bins: circular lists whose
 * headers lie in the arena itself. Each bin's links lead to its own header or out of the arena; the
 * last bin is never used, so its links always lead to itself, which alone is seen in nothing else.
 * Arenas of threads lie at the start of heaps of their own; that in a library's data is the main
 * one. */
#include "foreign/find.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    REGION_MOST = 16 << 20, /* a program with more variables than that has its arena elsewhere */
    BIN = 2 * GLIBC_WORD,   /* bytes of a bin in the arena */
    ARENAS_MOST = 4096,     /* that are counted */
};

static uint64_t word_at(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

/* ---- The arena ---- */

/* The address of the chunk of a bin whose links the bin's are. */
static uint64_t header_of(uint64_t arena, const struct glibc_layout *layout, unsigned bin)
{
    return arena + layout->bins + ((uint64_t)bin - 2) * BIN;
}

/* Whether a bin's two links make sense: none of them leads into the arena but to its own header,
 * and to that both or none. */
static bool is_bin(const char *bytes, uint64_t arena, const struct glibc_layout *layout,
                   unsigned bin)
{
    const char *links = bytes + layout->bins + ((size_t)bin - 1) * BIN;
    uint64_t header = header_of(arena, layout, bin);
    uint64_t first = word_at(links), last = word_at(links + GLIBC_WORD);
    uint64_t end = arena + layout->bin_map;

    if (first == header || last == header)
        return first == last;
    return first % GLIBC_ALIGNMENT == 0 && last % GLIBC_ALIGNMENT == 0 &&
           (first < arena || first >= end) && (last < arena || last >= end) && first && last;
}

/* Whether the bytes at address `arena` are an arena's. */
static bool is_arena(const char *bytes, uint64_t arena, const struct glibc_layout *layout)
{
    const char *last = bytes + layout->bins + ((size_t)GLIBC_BINS - 1) * BIN;

    if (word_at(last) != header_of(arena, layout, GLIBC_BINS) ||
        word_at(last + GLIBC_WORD) != word_at(last))
        return false;
    for (unsigned bin = 1; bin < GLIBC_BINS; bin++) {
        if (!is_bin(bytes, arena, layout, bin))
            return false;
    }
    return true;
}

/* What was seen of arenas. */
struct search {
    const struct memory *memory;
    struct found_heap found;
    uint64_t top;
    bool has_unused; /* one that nobody has asked for anything */
};

/* Look for an arena that is used in the bytes of a region. */
static bool search_bytes(struct search *search, const struct memory_region *region,
                         const char *bytes, size_t size)
{
    const struct glibc_layout *layout = glibc_layout_at(0); /* arenas are alike in all of them */

    for (size_t at = 0; at + layout->bin_map + GLIBC_ALIGNMENT <= size; at += GLIBC_WORD) {
        uint64_t arena = region->start + at;

        /* empty bins look alike: what begins one bin before an arena looks like one, too */
        if (!is_arena(bytes + at, arena, layout) ||
            (at + BIN + layout->bin_map + GLIBC_ALIGNMENT <= size &&
             is_arena(bytes + at + BIN, arena + BIN, layout)))
            continue;
        search->top = word_at(bytes + at + layout->top);
        if (search->top == header_of(arena, layout, 1)) {
            search->has_unused = true;
            continue;
        }
        search->found.arena = arena;
        search->found.layout = layout;
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

/* How many arenas hang on the ring that the main one is on, besides it. */
static unsigned count_others(const struct memory *memory, const struct found_heap *found)
{
    uint64_t map_size = 2 * GLIBC_WORD, to_next = found->layout->bin_map + map_size;
    uint64_t next = found->arena;
    unsigned count = 0;

    while (count < ARENAS_MOST && memory->read(memory, next + to_next, &next, sizeof next) &&
           next != found->arena && next)
        count++;
    return count;
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

/* The heap is the region of the arena's top, with those that it was cut into: the kernel tells of
 * parts that are mapped differently. It ends where the top does. */
static bool take_region(struct search *search, const char *name, struct error *error)
{
    const struct memory *memory = search->memory;
    const struct memory_region *first = memory_find(memory, "[heap]"), *last, *region;
    struct found_heap *found = &search->found;
    uint64_t word = 0, end;

    region = memory_region_at(memory, search->top);
    if (!region || !region->is_writable || search->top % GLIBC_ALIGNMENT)
        return error_set(error,
                         "%s: the arena of its malloc does not make sense: it was written "
                         "over",
                         name);
    found->goes_on = first && strcmp(region->name, "[heap]") != 0;
    last = first = found->goes_on ? first : region;
    while (before(memory, first))
        first = before(memory, first);
    while (behind(memory, last))
        last = behind(memory, last);
    found->start = first->start;
    found->end = last->end;
    if (found->goes_on)
        return true;
    if (!memory->read(memory, search->top + GLIBC_WORD, &word, sizeof word))
        return error_set(error, "%s: what lies at its heap's top cannot be read: it is cut off",
                         name);
    end = search->top + (word & ~(uint64_t)GLIBC_FLAGS);
    if (end > search->top && end <= found->end)
        found->end = end;
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
    if (!has_library)
        return error_set(error,
                         "%s: it does not have glibc's malloc: it is linked with another C "
                         "library, or with none",
                         name);
    return error_set(error, "%s: glibc is there, but nothing that looks like its malloc's arena",
                     name);
}

bool find_heap(const struct memory *memory, const char *name, struct found_heap *ret_found,
               struct error *error)
{
    struct search search = {.memory = memory};

    if (!find_arena(&search))
        return tell_none(&search, name, error);
    if (!take_region(&search, name, error))
        return false;
    search.found.others = count_others(memory, &search.found);
    *ret_found = search.found;
    return true;
}
