/* glibc_marks.c: which chunks are on which list. See glibc.h.
 *
 * A chunk does not say which list it is on, and those that wait in the thread cache or in a fast
 * bin look used. So lists are walked first, and what is on them is marked; where a heap is larger
 * than what marks tell of, that is done piece by piece. */
#include <string.h>

#include "kind/glibc.h"

enum {
    SORT_NONE,
    SORT_CACHE,
    SORT_FAST,
    SORT_UNSORTED,
    SORT_BIN,
    SORT_TOP,
    SORT_OTHERS,
    UPPER_HALF = 0x80,
    BYTES_A_MARK = GLIBC_CHUNK_LEAST,
};

static uint64_t window_end(const struct glibc_marks *marks)
{
    return marks->base + (uint64_t)GLIBC_MARKS * BYTES_A_MARK;
}

static unsigned char *mark_of(const struct glibc_marks *marks, uint64_t at)
{
    return &marks->glibc->marks[(at - marks->base) / BYTES_A_MARK];
}

static unsigned half_of(uint64_t at)
{
    return at % BYTES_A_MARK >= BYTES_A_MARK / 2 ? UPPER_HALF : 0;
}

static unsigned char sort_of(uint32_t list)
{
    if (glibc_list_is_threads(list))
        return list < GLIBC_LIST_OTHERS ? SORT_CACHE : SORT_OTHERS;
    if (list < GLIBC_LIST_UNSORTED)
        return SORT_FAST;
    if (list == GLIBC_LIST_UNSORTED)
        return SORT_UNSORTED;
    return list == GLIBC_LIST_TOP ? SORT_TOP : SORT_BIN;
}

/* ---- Marking ---- */

struct marker {
    struct glibc_marks *marks;
    unsigned char sort;
};

/* The mark of what a list has at `at`; NULL outside of the window. */
static unsigned char *mark_within(const struct glibc_marks *marks, uint64_t at)
{
    return at < marks->base || at >= window_end(marks) ? NULL : mark_of(marks, at);
}

static bool mark_one(void *context, uint64_t at)
{
    struct marker *marker = context;
    unsigned char *mark = mark_within(marker->marks, at);

    if (mark && *mark) {
        marker->marks->odd = at;
        return false;
    }
    if (mark)
        *mark = (unsigned char)(marker->sort | half_of(at));
    return true;
}

static bool clear_one(void *context, uint64_t at)
{
    struct marker *marker = context;
    unsigned char *mark = mark_within(marker->marks, at);

    if (!mark)
        return true;
    if (*mark)
        marker->marks->odd = at;
    *mark = SORT_NONE;
    return true;
}

static bool is_marked(const struct glibc_marks *marks, uint32_t list)
{
    return marks->marked[list / 64] >> list % 64 & 1;
}

static void visit_list(struct glibc_marks *marks, uint32_t list, hg_list_visitor *visitor)
{
    struct marker marker = {marks, sort_of(list)};

    glibc_walk_list(marks->glibc, marks->extent, list, visitor, &marker);
}

/* Mark what is on a list, if there is one and it is not marked yet. */
static void want(struct glibc_marks *marks, uint32_t list)
{
    if (list == HG_NO_LIST || is_marked(marks, list))
        return;
    marks->marked[list / 64] |= (uint64_t)1 << list % 64;
    visit_list(marks, list, mark_one);
}

/* Mark the lists that a block of a size can be on, but the bin by size. */
static void want_of_size(struct glibc_marks *marks, uint64_t size)
{
    uint32_t place = glibc_place_of_size(size);

    want(marks, GLIBC_LIST_TOP);
    want(marks, GLIBC_LIST_UNSORTED);
    want(marks, glibc_cache_list(size));
    want(marks, glibc_fast_list(size));
    want(marks, place < GLIBC_CACHE_PLACES ? GLIBC_LIST_OTHERS + place : HG_NO_LIST);
}

/* Mark what lies from `from` on; of a still heap all lists, for as long as it is. */
static void mark_from(struct glibc_marks *marks, uint64_t from)
{
    memset(marks->marked, 0, sizeof marks->marked);
    marks->base = from / BYTES_A_MARK * BYTES_A_MARK;
    for (uint32_t list = 0; !marks->is_lazy && list < GLIBC_LISTS; list++)
        want(marks, list);
    marks->glibc->is_marked = marks->glibc->is_still;
    marks->glibc->marked_from = marks->base;
    marks->glibc->marked_until =
        marks->extent < window_end(marks) ? marks->extent : window_end(marks);
}

struct glibc_marks glibc_marks_begin(const struct glibc *glibc, size_t extent, uint64_t from,
                                     bool is_lazy)
{
    struct glibc_marks marks = {.glibc = (struct glibc *)glibc,
                                .extent = extent,
                                .is_lazy = is_lazy && !glibc->is_still,
                                .base = glibc->marked_from,
                                .odd = UINT64_MAX};

    glibc_forget_sorted(marks.glibc);
    if (glibc->is_marked && from >= marks.base && from < window_end(&marks))
        return marks;
    glibc_marks_forget(marks.glibc);
    mark_from(&marks, from);
    return marks;
}

void glibc_marks_forget(struct glibc *glibc)
{
    if (glibc->is_marked && glibc->marked_until > glibc->marked_from)
        memset(glibc->marks, SORT_NONE,
               (glibc->marked_until - glibc->marked_from + BYTES_A_MARK - 1) / BYTES_A_MARK);
    glibc->is_marked = false;
}

void glibc_hold(void *heap, bool is_still)
{
    struct glibc *glibc = heap;

    glibc_marks_forget(glibc);
    glibc->is_still = is_still;
}

void glibc_marks_end(struct glibc_marks *marks)
{
    if (marks->glibc->is_still)
        return;
    for (uint32_t list = 0; list < GLIBC_LISTS; list++) {
        if (is_marked(marks, list))
            visit_list(marks, list, clear_one);
    }
}

/* ---- Taking ---- */

static uint32_t list_of(unsigned sort, uint64_t size)
{
    switch (sort) {
    case SORT_CACHE: return glibc_cache_list(size);
    case SORT_FAST: return glibc_fast_list(size);
    case SORT_UNSORTED: return GLIBC_LIST_UNSORTED;
    case SORT_BIN: return glibc_bin_list(size);
    case SORT_TOP: return GLIBC_LIST_TOP;
    case SORT_OTHERS: return GLIBC_LIST_OTHERS + glibc_place_of_size(size);
    default: return HG_NO_LIST;
    }
}

/* The list of the block that begins at `at`, within the window; HG_NO_LIST for none. */
static uint32_t see(struct glibc_marks *marks, uint64_t at, uint64_t size)
{
    unsigned char mark;

    if (marks->is_lazy)
        want_of_size(marks, size);
    mark = *mark_of(marks, at);
    return (mark & UPPER_HALF) == half_of(at) ? list_of(mark & (UPPER_HALF - 1), size) : HG_NO_LIST;
}

uint32_t glibc_marks_take(struct glibc_marks *marks, uint64_t at, uint64_t size)
{
    uint32_t list;

    if (at >= window_end(marks)) {
        glibc_marks_end(marks);
        glibc_marks_forget(marks->glibc);
        mark_from(marks, at);
    }
    list = see(marks, at, size);
    if (list != HG_NO_LIST && !marks->glibc->is_still)
        *mark_of(marks, at) = SORT_NONE;
    return list;
}
