/* glibc_numbers.c: the lists of a heap of the C library's by their numbers: for which sizes each
 * is, and what it is called. */
#include <stdio.h>

#include "kind/glibc.h"

/* ---- Which list ---- */

uint32_t glibc_list_count(const struct glibc *glibc)
{
    if (glibc->waiting_from)
        return GLIBC_LISTS;
    return glibc->layout->cache_places > GLIBC_CACHE_LISTS ? GLIBC_LIST_OTHERS
                                                           : GLIBC_LIST_CACHE_LARGE;
}

uint32_t glibc_cache_place(uint32_t list)
{
    if (list < GLIBC_LIST_FAST)
        return list;
    return list < GLIBC_LIST_OTHERS ? GLIBC_CACHE_LISTS + list - GLIBC_LIST_CACHE_LARGE
                                    : list - GLIBC_LIST_OTHERS;
}

uint32_t glibc_list_of_place(uint32_t place)
{
    return place < GLIBC_CACHE_LISTS ? place : GLIBC_LIST_CACHE_LARGE + place - GLIBC_CACHE_LISTS;
}

/* Small sizes have a place each, large ones one for each power of two. */
uint32_t glibc_place_of_size(uint64_t size)
{
    enum { LARGE_BIT = 10 }; /* of the least of them */
    uint64_t place = (size - GLIBC_CHUNK_LEAST) / GLIBC_ALIGNMENT;
    unsigned bit = 63 - (unsigned)__builtin_clzll(size | 1);

    if (size < GLIBC_CHUNK_LEAST)
        return GLIBC_CACHE_PLACES;
    if (place >= GLIBC_CACHE_LISTS)
        place = GLIBC_CACHE_LISTS + bit - LARGE_BIT;
    return place < GLIBC_CACHE_PLACES ? (uint32_t)place : GLIBC_CACHE_PLACES;
}

uint32_t glibc_cache_list(uint64_t size)
{
    uint32_t place = glibc_place_of_size(size);

    return place < GLIBC_CACHE_PLACES ? glibc_list_of_place(place) : HG_NO_LIST;
}

uint32_t glibc_fast_list(uint64_t size)
{
    uint64_t list = (size - GLIBC_CHUNK_LEAST) / GLIBC_ALIGNMENT;

    return size >= GLIBC_CHUNK_LEAST && list < GLIBC_FAST_LISTS ? GLIBC_LIST_FAST + (uint32_t)list
                                                                : HG_NO_LIST;
}

/* The bin for chunks of a size, as the C library counts them. */
static uint32_t bin_of(uint64_t size)
{
    /* bins are so many bits wide, up to the last unit, and counted from a number on */
    static const struct {
        uint32_t shift, last, base;
    } steps[] = {{6, 48, 48}, {9, 20, 91}, {12, 10, 110}, {15, 4, 119}, {18, 2, 124}};
    enum { LARGE_FROM = 1024, LAST = 126 };

    if (size < LARGE_FROM)
        return (uint32_t)(size / GLIBC_ALIGNMENT);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (size >> steps[i].shift <= steps[i].last)
            return steps[i].base + (uint32_t)(size >> steps[i].shift);
    }
    return LAST;
}

uint32_t glibc_bin_list(uint64_t size)
{
    return GLIBC_LIST_UNSORTED + bin_of(size) - 1;
}

uint32_t glibc_list_like(uint32_t list, uint64_t size)
{
    if (list >= GLIBC_LIST_OTHERS)
        return GLIBC_LIST_OTHERS + glibc_place_of_size(size);
    if (glibc_list_is_threads(list))
        return glibc_cache_list(size);
    if (list < GLIBC_LIST_UNSORTED)
        return glibc_fast_list(size);
    return list == GLIBC_LIST_UNSORTED || list == GLIBC_LIST_TOP ? list : glibc_bin_list(size);
}

/* ---- Describing ---- */

/* The least size of the chunks in a bin. */
static uint64_t least_size(uint32_t list)
{
    uint64_t low = 0, high = (uint64_t)1 << 20; /* in units of the alignment */

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;

        if (glibc_bin_list(middle * GLIBC_ALIGNMENT) < list)
            low = middle + 1;
        else
            high = middle;
    }
    return low * GLIBC_ALIGNMENT;
}

uint64_t glibc_cache_size(uint32_t place)
{
    enum { LARGE_FROM = 1024 };
    uint32_t large = place - GLIBC_CACHE_LISTS;

    if (place <= GLIBC_CACHE_LISTS)
        return GLIBC_CHUNK_LEAST + (uint64_t)place * GLIBC_ALIGNMENT;
    return (uint64_t)LARGE_FROM << large;
}

struct hg_list_info glibc_list_info(uint32_t list)
{
    static const char *const names[] = {"tcache", "others", "fast", "small", "large"};
    static const uint32_t links[] = {2, 2, 1, 2, 4};
    bool is_cache = glibc_list_is_cache(list), is_threads = glibc_list_is_threads(list);
    unsigned sort = is_threads                ? list >= GLIBC_LIST_OTHERS
                    : is_cache                ? 2
                    : list < GLIBC_LIST_LARGE ? 3
                                              : 4;
    uint64_t size = is_threads ? glibc_cache_size(glibc_cache_place(list))
                    : is_cache ? glibc_cache_size(list - GLIBC_LIST_FAST)
                               : least_size(list);
    struct hg_list_info info = {.role = is_cache ? HG_LIST_ROLE_QUICK_LIST : HG_LIST_ROLE_BIN,
                                .links = links[sort] * GLIBC_WORD};

    if (list == GLIBC_LIST_UNSORTED)
        info = (struct hg_list_info){"unsorted", HG_LIST_ROLE_FREE_LIST, 2 * GLIBC_WORD};
    else if (list == GLIBC_LIST_TOP)
        info = (struct hg_list_info){"top", HG_LIST_ROLE_FREE_LIST, 0};
    else
        snprintf(info.name, sizeof info.name, "%s %u", names[sort], (unsigned)size);
    return info;
}
