/* parameters.c: see parameters.h.
 *
 * They are a struct of the library's own data, which like the arena is found by what it must look
 * like:
 *
 *      uint64_t  trim_threshold, top_pad, mmap_threshold, arena_test, arena_max
 *      uint64_t  [thp_mode,] thp_pagesize, hp_pagesize         since 2.35; what is in [] since 2.44
 *      int       hp_flags                                      likewise
 *      int       n_mmaps, n_mmaps_max, max_n_mmaps, no_dyn_threshold
 *      uint64_t  mmapped_mem, max_mmapped_mem, sbrk_base
 *      uint64_t  tcache_bins, tcache_max_bytes, tcache_count, tcache_unsorted_limit
 *
 * sbrk_base, where the heap begins, is the word to look for; what stands around it must agree. */
#include "foreign/parameters.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    PAGE = 4096,
    BEFORE = 104, /* bytes before sbrk_base that are read, */
    BEHIND = 40,  /* and from it on */
    CACHE_BINS_MOST = 64,
    CACHE_BYTES_MOST = (4 << 20) + 1,
    CACHE_COUNT_MOST = UINT16_MAX,
    ARENAS_MOST = 1 << 20,
    MMAP_THRESHOLD_LEAST = 4096, /* more than there are arenas by then */
};

/* A word by its distance from sbrk_base. */
static uint64_t word_at(const char *base, int distance)
{
    uint64_t word;

    memcpy(&word, base + distance, sizeof word);
    return word;
}

static uint32_t number_at(const char *base, int distance)
{
    uint32_t number;

    memcpy(&number, base + distance, sizeof number);
    return number;
}

/* Take the counts of large blocks, from n_mmaps on; false where they contradict each other. */
static bool take_counts(const char *base, int at, struct image_parameters *parameters)
{
    parameters->n_mmaps = number_at(base, at);
    parameters->n_mmaps_max = number_at(base, at + 4);
    parameters->max_n_mmaps = number_at(base, at + 8);
    parameters->no_dyn_threshold = number_at(base, at + 12);
    return parameters->n_mmaps <= parameters->max_n_mmaps && parameters->no_dyn_threshold <= 1 &&
           (parameters->n_mmaps == 0) == (parameters->mmapped_mem == 0) &&
           (parameters->max_n_mmaps == 0) == (parameters->max_mmapped_mem == 0);
}

/* Take the thresholds, from trim_threshold on. */
static bool take_thresholds(const char *base, int at, struct image_parameters *parameters)
{
    parameters->trim_threshold = word_at(base, at);
    parameters->top_pad = word_at(base, at + 8);
    parameters->mmap_threshold = word_at(base, at + 16);
    parameters->arena_test = word_at(base, at + 24);
    parameters->arena_max = word_at(base, at + 32);
    return parameters->arena_test <= ARENAS_MOST && parameters->arena_max <= ARENAS_MOST &&
           parameters->mmap_threshold >= MMAP_THRESHOLD_LEAST;
}

/* What stands on both sides alike in all versions. */
static bool take_common(const char *base, struct image_parameters *parameters)
{
    parameters->mmapped_mem = word_at(base, -16);
    parameters->max_mmapped_mem = word_at(base, -8);
    parameters->sbrk_base = word_at(base, 0);
    parameters->tcache_bins = word_at(base, 8);
    parameters->tcache_max_bytes = word_at(base, 16);
    parameters->tcache_count = word_at(base, 24);
    return parameters->mmapped_mem <= parameters->max_mmapped_mem &&
           parameters->mmapped_mem % PAGE == 0 && parameters->tcache_bins <= CACHE_BINS_MOST &&
           parameters->tcache_max_bytes <= CACHE_BYTES_MOST &&
           parameters->tcache_count <= CACHE_COUNT_MOST;
}

/* Read the struct around the word at `base`, if that can be where the heap begins. */
static bool read_around(const char *base, const struct found *found,
                        struct image_parameters *ret_parameters)
{
    struct image_parameters parameters = {.are_known = true};
    uint64_t start = word_at(base, 0);

    if (start < found->heaps[0].start || start >= found->heaps[0].end ||
        !take_common(base, &parameters))
        return false;
    parameters.have_huge =
        !(take_counts(base, -32, &parameters) && take_thresholds(base, -72, &parameters));
    if (parameters.have_huge) {
        if (!take_counts(base, -36, &parameters) ||
            !(take_thresholds(base, -96, &parameters) || take_thresholds(base, -104, &parameters)))
            return false;
        parameters.thp_pagesize = word_at(base, -56);
        parameters.hp_pagesize = word_at(base, -48);
        parameters.hp_flags = number_at(base, -40);
    }
    if (!found->layout->fast)
        parameters.tcache_unsorted_limit = 0; /* it is no more */
    else
        parameters.tcache_unsorted_limit = word_at(base, 32);
    *ret_parameters = parameters;
    return true;
}

struct image_parameters find_parameters(const struct memory *memory, const struct found *found)
{
    const struct memory_region *region = memory_region_at(memory, found->arenas[0].address);
    struct image_parameters parameters = {0};
    char *bytes;
    bool is_found;

    if (!region)
        return parameters;
    bytes = memory_create(region->held, 1);
    is_found = !memory->read(memory, region->start, bytes, region->held);
    for (size_t at = BEFORE; !is_found && at + BEHIND <= region->held; at += GLIBC_WORD)
        is_found = read_around(bytes + at, found, &parameters);
    free(bytes);
    return parameters;
}
