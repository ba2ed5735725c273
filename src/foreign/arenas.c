/* arenas.c: the arenas of threads, and the heaps that they have mapped: see find.h.
 *
 * The arenas hang on a ring. One that is not the main one lies at the start of its first heap,
 * which begins, as each of its heaps does, at a multiple of the size that a heap can have at most:
 *
 *      heap_info:  the arena, the heap before this one, its size in bytes, ...
 *
 * Its top lies in the last of them, from which the links lead to those before. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "foreign/find.h"

enum {
    ARENAS_MOST = 4096,
    HEAPS_MOST = 4096, /* of all of them */
    PAGE = 4096,
    MOST_BIT = 26, /* of the most bytes that a heap has by itself, */
    MOST_BIT_LEAST = 20,
    MOST_BIT_LARGEST = 32 /* or with huge pages, or on other systems */
};

/* The words of an arena behind its map of bins. */
enum { NEXT, NEXT_FREE, THREADS, SYSTEM, MOST_SYSTEM, WORDS };

static uint64_t behind_map(const struct glibc_layout *layout)
{
    return layout->bin_map + 2 * GLIBC_WORD;
}

void found_add_arena(struct found *found, uint64_t address, const char *bytes)
{
    const struct glibc_layout *layout = found->layout;
    struct image_arena *arena;
    uint64_t words[WORDS];

    found->arenas = memory_reserve(found->arenas, &found->arena_capacity, found->arena_count + 1,
                                   sizeof found->arenas[0]);
    arena = &found->arenas[found->arena_count++];
    *arena = (struct image_arena){.address = address};
    memcpy(arena->bytes, bytes, behind_map(layout) + sizeof words);
    memcpy(&arena->top, bytes + layout->top, sizeof arena->top);
    memcpy(&arena->remainder, bytes + layout->top + GLIBC_WORD, sizeof arena->remainder);
    memcpy(words, bytes + behind_map(layout), sizeof words);
    arena->threads = words[THREADS];
    arena->system = words[SYSTEM];
    arena->most_system = words[MOST_SYSTEM];
}

/* ---- Heaps ---- */

struct heap_info {
    uint64_t arena, before, size;
};

/* Read what stands at the start of a heap of the arena at `arena`; false where there is none. */
static bool read_info(const struct memory *memory, uint64_t at, uint64_t arena,
                      struct heap_info *ret_info)
{
    const struct memory_region *region = memory_region_at(memory, at);
    struct heap_info info;

    if (!region || !memory->read(memory, at, &info, sizeof info) || info.arena != arena ||
        info.size < PAGE || info.size % PAGE || info.size > (uint64_t)1 << MOST_BIT_LARGEST)
        return false;
    *ret_info = info;
    return true;
}

/* Where the heap begins that an address lies in; 0 where none is found. */
static uint64_t start_of(const struct memory *memory, uint64_t at, uint64_t arena,
                         struct heap_info *ret_info)
{
    for (unsigned bit = MOST_BIT; bit <= MOST_BIT_LARGEST; bit++) {
        uint64_t start = at & ~(((uint64_t)1 << bit) - 1);

        if (read_info(memory, start, arena, ret_info) && at - start < ret_info->size)
            return start;
    }
    for (unsigned bit = MOST_BIT_LEAST; bit < MOST_BIT; bit++) {
        uint64_t start = at & ~(((uint64_t)1 << bit) - 1);

        if (read_info(memory, start, arena, ret_info) && at - start < ret_info->size)
            return start;
    }
    return 0;
}

/* How many bytes stand before the first chunk: what a heap begins with and, in the first, the
 * arena; chunks' payloads are aligned. */
static uint64_t size_of_own(const struct found *found, uint64_t start, uint64_t arena)
{
    uint64_t arena_size = behind_map(found->layout) + WORDS * sizeof(uint64_t);
    uint64_t info_size = arena % PAGE, own = info_size;

    if (arena - start == info_size)
        own += arena_size;
    return (own + GLIBC_ALIGNMENT - 1) / GLIBC_ALIGNMENT * GLIBC_ALIGNMENT + GLIBC_WORD;
}

/* Whether what is before an address can be read: a core may have been cut off. */
static bool ends_in_memory(const struct memory *memory, uint64_t end)
{
    uint64_t word;

    return memory->read(memory, end - sizeof word, &word, sizeof word);
}

static void add_heaps(const struct memory *memory, struct found *found, uint32_t number)
{
    const struct image_arena *arena = &found->arenas[number];
    struct heap_info info;
    uint64_t start = start_of(memory, arena->top, arena->address, &info);

    while (start && found->heap_count < HEAPS_MOST && !found_heap_at(found, start)) {
        if (!ends_in_memory(memory, start + info.size))
            return;
        found_add_heap(found, &(struct found_heap){
                                  .start = start,
                                  .end = start + info.size,
                                  .own = size_of_own(found, start, arena->address),
                                  .arena = number,
                              });
        start = info.before;
        if (start && !read_info(memory, start, arena->address, &info))
            return;
    }
}

/* ---- The ring ---- */

void find_other_arenas(const struct memory *memory, struct found *found)
{
    uint64_t size = behind_map(found->layout) + WORDS * sizeof(uint64_t);
    char bytes[KIND_IMAGE_ARENA_MAX];
    uint64_t next;

    memcpy(&next, found->arenas[0].bytes + behind_map(found->layout), sizeof next);
    while (next && next != found->arenas[0].address && found->arena_count < ARENAS_MOST &&
           memory->read(memory, next, bytes, size)) {
        found_add_arena(found, next, bytes);
        add_heaps(memory, found, (uint32_t)found->arena_count - 1);
        memcpy(&next, bytes + behind_map(found->layout), sizeof next);
    }
}
