/* glibc_lists.c: the lists of a heap of the C library's, read from memory; and whether they agree
 * with the chunks. */
#include <stdio.h>
#include <string.h>

#include "kind/glibc.h"

static uint64_t word_at(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

/* ---- Which list ---- */

uint32_t glibc_cache_list(uint64_t size)
{
    uint64_t list = (size - GLIBC_CHUNK_LEAST) / GLIBC_ALIGNMENT;

    return size >= GLIBC_CHUNK_LEAST && list < GLIBC_CACHE_LISTS ? (uint32_t)list : HG_NO_LIST;
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
    if (list < GLIBC_LIST_FAST)
        return glibc_cache_list(size);
    if (list < GLIBC_LIST_UNSORTED)
        return glibc_fast_list(size);
    return list == GLIBC_LIST_UNSORTED || list == GLIBC_LIST_TOP ? list : glibc_bin_list(size);
}

/* ---- Walking ---- */

/* One list on its way: the address from which the next link is read, and how it is read. */
struct chain {
    const char *head; /* where the link to the first stands */
    uint64_t header;  /* of a bin: the address of the chunk whose links its are */
    bool is_mangled;
    bool is_mangled_first;
    bool to_payload; /* links lead to payloads, else to chunks, two words before */
};

static struct chain chain_of(const struct glibc *glibc, uint32_t list)
{
    const struct glibc_layout *layout = glibc->layout;
    uint32_t bin = list - GLIBC_LIST_UNSORTED;

    if (list < GLIBC_LIST_FAST)
        return (struct chain){.head = glibc->cache + layout->cache_entries + list * GLIBC_WORD,
                              .is_mangled = layout->is_safe_linked,
                              .to_payload = true};
    if (list < GLIBC_LIST_UNSORTED)
        return (struct chain){.head = glibc->arena + layout->fast +
                                      (list - GLIBC_LIST_FAST) * GLIBC_WORD,
                              .is_mangled = layout->is_safe_linked};
    if (list == GLIBC_LIST_TOP)
        return (struct chain){.head = glibc->arena + layout->top};
    return (struct chain){.head = glibc->arena + layout->bins + bin * 2 * GLIBC_WORD,
                          .header = glibc->arena_address + layout->bins +
                                    ((uint64_t)bin * 2 - 2) * GLIBC_WORD};
}

/* The offset of the block that a link leads to. */
static uint64_t offset_of(const struct glibc *glibc, const struct chain *chain, uint64_t link)
{
    return link - glibc->address + (chain->to_payload ? -GLIBC_WORD : GLIBC_WORD);
}

void glibc_walk_list(const struct glibc *glibc, size_t extent, uint32_t list,
                     hg_list_visitor *visitor, void *context)
{
    struct chain chain = chain_of(glibc, list);
    uint64_t at = offset_of(glibc, &chain, word_at(chain.head));
    size_t most = list == GLIBC_LIST_TOP ? 1 : extent / GLIBC_CHUNK_LEAST;

    for (size_t i = 0; i < most; i++) {
        const char *payload;
        uint64_t link;

        if (!glibc_may_begin(glibc, extent, at) || !visitor(context, at) ||
            extent - at < 2 * GLIBC_WORD)
            return;
        payload = glibc->start + at + GLIBC_WORD;
        link = word_at(payload);
        if (chain.is_mangled)
            link ^= (glibc->address + at + GLIBC_WORD) >> 12;
        at = offset_of(glibc, &chain, link);
    }
}

static bool count_one(void *context, uint64_t at)
{
    uint64_t *count = context;

    (void)at;
    ++*count;
    return true;
}

uint64_t glibc_list_length(const struct glibc *glibc, size_t extent, uint32_t list)
{
    uint64_t count = 0;

    glibc_walk_list(glibc, extent, list, count_one, &count);
    return count;
}

uint32_t glibc_cache_count(const struct glibc *glibc, uint32_t list)
{
    uint16_t count;

    memcpy(&count, glibc->cache + list * sizeof count, sizeof count);
    return count;
}

uint64_t glibc_top(const struct glibc *glibc)
{
    struct chain chain = chain_of(glibc, GLIBC_LIST_TOP);

    return offset_of(glibc, &chain, word_at(chain.head));
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

static uint64_t cached_size(uint32_t place)
{
    return GLIBC_CHUNK_LEAST + (uint64_t)place * GLIBC_ALIGNMENT;
}

struct hg_list_info glibc_list_info(uint32_t list)
{
    static const char *const names[] = {"tcache", "fast", "small", "large"};
    static const uint32_t links[] = {2, 1, 2, 4};
    unsigned sort = list < GLIBC_LIST_FAST       ? 0
                    : list < GLIBC_LIST_UNSORTED ? 1
                    : list < GLIBC_LIST_LARGE    ? 2
                                                 : 3;
    uint64_t size = sort == 0   ? cached_size(list)
                    : sort == 1 ? cached_size(list - GLIBC_LIST_FAST)
                                : least_size(list);
    struct hg_list_info info = {.role = sort < 2 ? HG_LIST_ROLE_QUICK_LIST : HG_LIST_ROLE_BIN,
                                .links = links[sort] * GLIBC_WORD};

    if (list == GLIBC_LIST_UNSORTED)
        info = (struct hg_list_info){"unsorted", HG_LIST_ROLE_FREE_LIST, 2 * GLIBC_WORD};
    else if (list == GLIBC_LIST_TOP)
        info = (struct hg_list_info){"top", HG_LIST_ROLE_FREE_LIST, 0};
    else
        snprintf(info.name, sizeof info.name, "%s %u", names[sort], (unsigned)size);
    return info;
}

/* ---- Checking ---- */

struct list_checker {
    const struct glibc *glibc;
    size_t extent;
    uint32_t list;
    uint64_t count, left; /* blocks on it; the one before, as the address of its chunk */
    struct hg_defect *defect;
};

static bool fail(struct hg_defect *defect, enum hg_invariant invariant, uint64_t at)
{
    *defect = (struct hg_defect){.broken = invariant, .at = at};
    return false;
}

/* A block on a list is of its size, looks free or used as those there do, and, where links go both
 * ways, leads back. */
static bool check_listed(void *context, uint64_t at)
{
    struct list_checker *checker = context;
    const struct glibc *glibc = checker->glibc;
    struct hg_block block = glibc_read_block(glibc, checker->extent, at);
    bool looks_used = block.kind == HG_KIND_USED;

    if (block.kind == HG_KIND_UNREADABLE || looks_used != glibc_list_is_cache(checker->list) ||
        glibc_list_like(checker->list, block.size) != checker->list)
        return fail(checker->defect, HG_INVARIANT_LISTED, at);
    if (!looks_used && word_at(glibc->start + at + 2 * GLIBC_WORD) != checker->left)
        return fail(checker->defect, HG_INVARIANT_LINKED, at);
    checker->left = glibc->address + at - GLIBC_WORD;
    checker->count++;
    return true;
}

/* Whether the bit that says that a bin may hold something is set, if it does. */
static bool has_bit(const struct glibc *glibc, uint32_t list)
{
    uint32_t bin = list - GLIBC_LIST_UNSORTED + 1, word;

    memcpy(&word, glibc->arena + glibc->layout->bin_map + bin / 32 * sizeof word, sizeof word);
    return list == GLIBC_LIST_UNSORTED || word >> bin % 32 & 1;
}

static bool check_list(const struct glibc *glibc, size_t extent, uint32_t list,
                       struct hg_defect *defect)
{
    struct chain chain = chain_of(glibc, list);
    struct list_checker checker = {
        .glibc = glibc, .extent = extent, .list = list, .left = chain.header, .defect = defect};
    uint64_t first = offset_of(glibc, &chain, word_at(chain.head));

    glibc_walk_list(glibc, extent, list, check_listed, &checker);
    if (defect->broken != HG_INVARIANT_NONE)
        return false;
    if (list < GLIBC_LIST_FAST)
        return checker.count == glibc_cache_count(glibc, list) ||
               fail(defect, HG_INVARIANT_COUNTED, checker.count ? first : 0);
    if (list < GLIBC_LIST_UNSORTED)
        return true;
    if (word_at(chain.head + GLIBC_WORD) != checker.left)
        return fail(defect, HG_INVARIANT_LINKED, checker.count ? first : 0);
    return checker.count == 0 || has_bit(glibc, list) || fail(defect, HG_INVARIANT_BINS, first);
}

/* Every free block is on a list, and on no list is anything else, or anything twice. */
static bool check_marks(struct glibc *glibc, size_t extent, struct hg_defect *defect)
{
    struct glibc_marks marks = glibc_marks_begin(glibc, extent, glibc->own);
    uint64_t at = glibc->own;
    bool good = true;

    while (good && at < extent) {
        struct hg_block block = glibc_read_block(glibc, extent, at);
        uint32_t list = glibc_marks_take(&marks, at, block.size);

        if (block.kind == HG_KIND_FREE && list == HG_NO_LIST)
            good = fail(defect, HG_INVARIANT_LISTED, at);
        at += block.size;
    }
    glibc_marks_end(&marks);
    if (good && marks.odd != UINT64_MAX)
        good = fail(defect, HG_INVARIANT_LISTED, marks.odd);
    return good;
}

/* That nothing is on two lists, or on none, is seen by marks that are taken away. */
static bool check_marks_anew(const struct glibc *still, size_t extent, struct hg_defect *defect)
{
    struct glibc *glibc = (struct glibc *)still;
    bool was_still = glibc->is_still, good;

    glibc_marks_forget(glibc);
    glibc->is_still = false;
    good = check_marks(glibc, extent, defect);
    glibc->is_still = was_still;
    return good;
}

bool glibc_check_lists(const struct glibc *glibc, size_t extent, struct hg_defect *ret_defect)
{
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    bool good = true;

    for (uint32_t list = 0; good && list < GLIBC_LIST_TOP; list++)
        good = check_list(glibc, extent, list, &defect);
    good = good && check_marks_anew(glibc, extent, &defect);
    if (!good)
        *ret_defect = defect;
    return good;
}
