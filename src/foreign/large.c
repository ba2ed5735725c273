/* large.c: see large.h.
 *
 *      mapping                                                          end, a page's
 *        | before ... | prev_size | size | payload ...              | behind |
 *                     '-- chunk: `size` bytes, the flag M alone ------'
 *
 * Behind it there is nothing, but as much as a header in versions without fast bins.
 * prev_size says how much of the mapping lies before the chunk: nothing, but where a payload had to
 * be aligned. Then the header of what it was cut from still stands at the start of the mapping.
 */
#include "foreign/large.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "target/pages.h"

enum {
    PAGE = 4096,
    PAGES_MOST = 1 << 20, /* that are looked at */
    ALIGNMENT_LEAST_BIT = 5,
    ALIGNMENT_MOST_BIT = 28,
    SIZE_LEAST = 2 * GLIBC_WORD, /* more than a header */
};

struct seeker {
    const struct memory *memory;
    const struct found *found;
    struct found_large large;
    uint64_t most;
    size_t looked_at; /* pages */
};

/* Read the header of a mapped chunk at an address, of a mapping of which so much lies before it;
 * false where there is none. */
static bool read_chunk(const struct seeker *seeker, uint64_t at, uint64_t before,
                       struct image_large *ret_chunk)
{
    const struct memory_region *region = memory_region_at(seeker->memory, at);
    uint64_t words[2], size, behind;

    if (!region || !seeker->memory->read(seeker->memory, at, words, sizeof words))
        return false;
    size = words[1] & ~(uint64_t)GLIBC_FLAGS;
    behind = seeker->found->layout->fast ? 0 : 2 * GLIBC_WORD;
    if ((words[1] & GLIBC_FLAGS) != GLIBC_MAPPED || words[0] != before || size <= SIZE_LEAST ||
        size > region->end - at || (at + size + behind) % PAGE)
        return false;
    *ret_chunk =
        (struct image_large){.address = at, .size = size, .before = before, .behind = behind};
    return true;
}

/* Look for a chunk that was cut from the one at a mapping's start, for one of the alignments that
 * there are. */
static struct image_large find_cut(const struct seeker *seeker, const struct image_large *whole)
{
    struct image_large cut;

    for (unsigned bit = ALIGNMENT_LEAST_BIT; bit <= ALIGNMENT_MOST_BIT; bit++) {
        uint64_t alignment = (uint64_t)1 << bit, start = whole->address;
        uint64_t at = (start + alignment) / alignment * alignment - 2 * GLIBC_WORD;

        if (at - start < GLIBC_CHUNK_LEAST)
            at += alignment;
        if (at - start < whole->size && read_chunk(seeker, at, at - start, &cut))
            return cut;
    }
    return *whole;
}

static void add(struct found_large *large, const struct image_large *chunk)
{
    large->items =
        memory_reserve(large->items, &large->capacity, large->count + 1, sizeof large->items[0]);
    large->items[large->count++] = *chunk;
}

/* Where the last block ends, if it has the byte at `at`, which lies behind its start; else `at`. */
static uint64_t pass(const struct seeker *seeker, uint64_t at)
{
    const struct found_large *large = &seeker->large;
    const struct image_large *last = large->count ? &large->items[large->count - 1] : NULL;

    uint64_t end = last ? last->address + last->size + last->behind : 0;

    return at < end ? end : at;
}

/* Look at the starts of the pages of [from, to). */
static void look_at_range(struct seeker *seeker, uint64_t from, uint64_t to)
{
    struct image_large chunk;

    for (from = pass(seeker, from);
         from < to && seeker->large.count < seeker->most && seeker->looked_at < PAGES_MOST;
         from = pass(seeker, from + PAGE)) {
        seeker->looked_at++;
        if (!read_chunk(seeker, from, 0, &chunk))
            continue;
        chunk = find_cut(seeker, &chunk);
        add(&seeker->large, &chunk);
    }
}

/* Look at a region, of a process at the pages alone that were ever touched. */
static void look_at_region(struct seeker *seeker, const struct memory_region *region)
{
    const struct memory *memory = seeker->memory;
    struct error ignored;
    struct pages pages;

    if (!memory->process || memory->file < 0 ||
        !pages_read(memory->file, region->start, region->held, &pages, &ignored)) {
        look_at_range(seeker, region->start, region->start + region->held);
        return;
    }
    for (size_t i = 0; i < pages.run_count; i++) {
        const struct page_run *run = &pages.runs[i];
        uint64_t from = region->start + run->first * pages.page_size;

        if (run->state != PAGE_UNTOUCHED)
            look_at_range(seeker, from, from + run->count * pages.page_size);
    }
    pages_finish(&pages);
}

static bool may_hold(const struct seeker *seeker, const struct memory_region *region)
{
    return region->is_writable && region->held >= PAGE && region->start % PAGE == 0 &&
           (region->name[0] == '\0' || strncmp(region->name, "[anon:", 6) == 0) &&
           !found_heap_at(seeker->found, region->start);
}

struct found_large find_large(const struct memory *memory, const struct found *found, uint64_t most)
{
    struct seeker seeker = {.memory = memory, .found = found, .most = most};

    for (size_t i = 0; i < memory->count; i++) {
        if (may_hold(&seeker, &memory->regions[i]))
            look_at_region(&seeker, &memory->regions[i]);
    }
    return seeker.large;
}

void found_large_finish(struct found_large *large)
{
    free(large->items);
    *large = (struct found_large){0};
}
