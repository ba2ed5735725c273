/* glibc_layout.c: where the C library keeps its lists, by version, and whether that is so.
 *
 * The probe is a few calls. A small block that is freed must be on the thread cache's first list,
 * and a larger one, which no cache takes, on the unsorted bin, whose header its links then point
 * to: so the arena is found. In the end all is merged with the top again. */
#include <gnu/libc-version.h>
#include <stdlib.h>
#include <string.h>

#include "kind/c_library.h"
#include "kind/glibc.h"

/* A cache's chunk, and where in its payload the entries begin. */
#define CACHE_ENTRIES(places) ((places) * sizeof(uint16_t))
#define CACHE_SIZE(places)                                                                         \
    ((CACHE_ENTRIES(places) + (places)*GLIBC_WORD + GLIBC_WORD + GLIBC_ALIGNMENT - 1) /            \
     GLIBC_ALIGNMENT * GLIBC_ALIGNMENT)
#define CACHE(places)                                                                              \
    .cache_places = (places), .cache_size = CACHE_SIZE(places),                                    \
    .cache_entries = CACHE_ENTRIES(places)

/* The parts of an arena, by its words before the top. */
#define ARENA(fast_at, top_at)                                                                     \
    .fast = (fast_at), .top = (top_at), .bins = (top_at) + 2 * GLIBC_WORD,                         \
    .bin_map = (top_at) + 2 * GLIBC_WORD + 2 * (GLIBC_BINS)*GLIBC_WORD

/* Which version has which is the C library's to say; 2.42, of which none was there to be tried, is
 * left out. */
static const struct glibc_layout layouts[] = {
    {31, 31, false, false, CACHE(GLIBC_CACHE_LISTS), ARENA(16, 96)},
    {32, 41, true, false, CACHE(GLIBC_CACHE_LISTS), ARENA(16, 96)},
    {43, 44, true, true, CACHE(GLIBC_CACHE_PLACES), ARENA(0, 8)},
};

enum { PROBE_SMALL = 24, PROBE_LARGE = 2040 };

const struct glibc_layout *glibc_layout_of(const char *version)
{
    unsigned long minor = strncmp(version, "2.", 2) == 0 ? strtoul(version + 2, NULL, 10) : 0;

    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        if (minor >= layouts[i].first && minor <= layouts[i].last)
            return &layouts[i];
    }
    return NULL;
}

const struct glibc_layout *glibc_layout_at(unsigned number)
{
    return number < sizeof layouts / sizeof layouts[0] ? &layouts[number] : NULL;
}

static const char *word_at(const char *at)
{
    const char *word;

    memcpy(&word, at, sizeof word);
    return word;
}

/* ---- The thread cache ---- */

/* Whether the heap's first chunk is as large as the thread cache's, and holds a list of `small`
 * alone, which was freed; or nothing, where the cache was told to keep nothing. */
static bool find_cache(struct glibc *glibc, const struct glibc_layout *layout, const char *small)
{
    struct glibc_chunk chunk;
    uint16_t count;
    const char *first;

    if (!glibc_read_chunk(glibc, glibc->own, GLIBC_WORD, &chunk) ||
        chunk.size != layout->cache_size)
        return false;
    glibc->cache = glibc->start + chunk.at + GLIBC_WORD;
    memcpy(&count, glibc->cache, sizeof count);
    first = word_at(glibc->cache + layout->cache_entries);
    if (!first) /* no cache keeps anything */
        return count == 0;
    return first == small && (layout->counts_room || count == 1);
}

/* ---- The arena ---- */

/* Where the chunk of a bin would begin whose links the bin's are. */
static const char *header_of(const char *arena, const struct glibc_layout *layout, size_t bin)
{
    return arena + layout->bins + (bin - 2) * 2 * GLIBC_WORD;
}

/* Whether a bin's links lead nowhere but to `chunk`, and back from there. */
static bool holds(const char *header, const char *chunk)
{
    return word_at(header + 2 * GLIBC_WORD) == chunk && word_at(header + 3 * GLIBC_WORD) == chunk;
}

/* Whether there is an arena around the bin to which the freed chunk of `large` is linked, with that
 * chunk alone on its lists, and with this top. */
static bool find_arena(struct glibc *glibc, const struct glibc_layout *layout, const char *large,
                       const char *top)
{
    const char *unsorted = word_at(large);
    const char *arena = unsorted + 2 * GLIBC_WORD - layout->bins;

    if (!c_library_has(arena) || !c_library_has(arena + layout->bin_map) ||
        !holds(unsorted, large - 2 * GLIBC_WORD) || word_at(large + GLIBC_WORD) != unsorted ||
        word_at(arena + layout->top) != top)
        return false;
    for (size_t bin = 2; bin <= GLIBC_BINS; bin++) {
        const char *header = header_of(arena, layout, bin);

        if (!holds(header, header))
            return false;
    }
    glibc->arena = arena;
    glibc->arena_address = (uintptr_t)arena;
    return true;
}

/* ---- The cache's place ---- */

/* The cache is taken from a large block that was freed before at the heap's start; a small one
 * keeps that from merging with the top, and is then made so large that the cache does not get it
 * back. */
void glibc_place_cache(struct glibc *glibc)
{
    const struct kind *kind = &kind_glibc;
    char *large = kind->allocate(glibc, PROBE_LARGE), *small, *start = (char *)glibc->start;
    struct glibc_chunk cache;
    size_t used;

    small = kind->allocate(glibc, PROBE_SMALL);
    kind->release(glibc, large);
    kind->release(glibc, small);
    small = kind->allocate(glibc, PROBE_SMALL);
    small = kind->resize(glibc, small, PROBE_LARGE);
    if (!small)
        return;
    used = (size_t)(small - start) + kind->usable(glibc, small);
    kind->release(glibc, small);
    if (glibc_read_chunk(glibc, used + GLIBC_CHUNK_LEAST, GLIBC_WORD, &cache) &&
        cache.size + 2 * GLIBC_WORD < used)
        memset(start + cache.size + 2 * GLIBC_WORD, 0, used - cache.size - 2 * GLIBC_WORD);
}

/* ---- The probe ---- */

/* By the kind's functions: here freed blocks are looked at, which no compiler may know of. */
void glibc_probe(struct glibc *glibc)
{
    const struct glibc_layout *layout = glibc_layout_of(gnu_get_libc_version());
    const struct kind *kind = &kind_glibc;
    char *small = kind->allocate(glibc, PROBE_SMALL), *large, *behind;
    const char *top;
    size_t size;
    bool found;

    kind->release(glibc, small);
    found = layout && find_cache(glibc, layout, small);
    small = kind->allocate(glibc, PROBE_SMALL);
    large = kind->resize(glibc, small, PROBE_LARGE); /* the cache does not get it back: it is
                                                        larger now */
    behind = kind->allocate(glibc, PROBE_LARGE);
    if (!large || !behind)
        return;
    size = kind->usable(glibc, large);
    top = behind + kind->usable(glibc, behind) - GLIBC_WORD;
    kind->release(glibc, large);
    found = found && find_arena(glibc, layout, large, top);
    kind->release(glibc, behind);
    memset(large, 0, 2 * (size + GLIBC_WORD)); /* it is the top's, which nobody has written to */
    glibc->layout = found ? layout : NULL;
}
