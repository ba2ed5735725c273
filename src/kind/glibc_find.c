/* glibc_find.c: which list a block is on, found from the block. See glibc.h.
 *
 * A block that waits in a cache is looked for there. The others' lists are rings, each through its
 * bin's header, which lies in the arena: from a block in a ring the links lead there, either way.
 * To tell the unsorted bin from one by size it is enough to come to the header, to a block that is
 * too large or too small for the bin by size, or to have seen all of the unsorted bin, whatever is
 * done first. */
#include <string.h>

#include "kind/glibc.h"

enum direction { FORTH, BACK };

/* ---- Marks ---- */

enum { ON_UNSORTED = 2 }; /* beside what others mark meanwhile */

static unsigned char *mark_of(struct glibc *glibc, uint64_t at)
{
    return &glibc->marks[at / GLIBC_CHUNK_LEAST];
}

static bool mark_one(void *context, uint64_t at)
{
    struct glibc *glibc = context;

    *mark_of(glibc, at) |= ON_UNSORTED;
    glibc->finding.marked++;
    return true;
}

static bool unmark_one(void *context, uint64_t at)
{
    *mark_of(context, at) &= (unsigned char)~ON_UNSORTED;
    return true;
}

void glibc_begin_finding(struct glibc *glibc)
{
    glibc->finding = (struct glibc_finding){.is_many = true};
}

/* Where marks stand close to one another, all are passed over faster than the list is walked. */
void glibc_end_finding(struct glibc *glibc, size_t extent)
{
    enum { CLOSE = 8192 };

    if (glibc->finding.marked >= extent / CLOSE) {
        for (size_t i = 0; i < extent / GLIBC_CHUNK_LEAST; i++)
            glibc->marks[i] &= (unsigned char)~ON_UNSORTED;
    } else if (glibc->finding.is_marked) {
        glibc_walk_list(glibc, extent, GLIBC_LIST_UNSORTED, unmark_one, glibc);
    }
    glibc->finding = (struct glibc_finding){.is_many = false};
}

/* Whether what is on the unsorted bin has a mark, which it gets when more links were followed
 * without than that takes in most heaps. */
static bool knows_unsorted(struct glibc *glibc, size_t extent)
{
    enum { ENOUGH = 1 << 15 };
    struct glibc_finding *finding = &glibc->finding;

    if (finding->is_many && !finding->is_marked && finding->followed > ENOUGH) {
        finding->is_marked = true;
        glibc_walk_list(glibc, extent, GLIBC_LIST_UNSORTED, mark_one, glibc);
    }
    return finding->is_marked;
}

/* ---- Rings ---- */

/* The links of a chunk at an address, or of a bin's header: two words; NULL where neither is. */
static const char *links_at(const struct glibc *glibc, size_t extent, uint64_t chunk)
{
    uint64_t at = chunk - glibc->address + GLIBC_WORD;
    uint64_t in_arena = chunk - glibc->arena_address + 2 * GLIBC_WORD;

    if (glibc_may_begin(glibc, extent, at) && extent - at >= 3 * GLIBC_WORD)
        return glibc->start + at + GLIBC_WORD;
    return in_arena - glibc->layout->bins <= (GLIBC_BINS - 1) * 2 * GLIBC_WORD
               ? glibc->arena + in_arena
               : NULL;
}

/* Go on along a link; 0 where there is none. */
static uint64_t follow(const struct glibc *glibc, size_t extent, uint64_t chunk,
                       enum direction direction)
{
    const char *links = links_at(glibc, extent, chunk);
    uint64_t link = 0;

    if (links)
        memcpy(&link, links + direction * GLIBC_WORD, sizeof link);
    return link;
}

/* The list whose header lies at an address; HG_NO_LIST where none does. */
static uint32_t list_of_header(const struct glibc *glibc, uint64_t header)
{
    uint64_t at = header - glibc->arena_address - glibc->layout->bins + 2 * GLIBC_WORD;

    return at < GLIBC_BINS * 2 * GLIBC_WORD
               ? GLIBC_LIST_UNSORTED + (uint32_t)(at / (2 * GLIBC_WORD))
               : HG_NO_LIST;
}

static uint64_t unsorted_header(const struct glibc *glibc)
{
    return glibc->arena_address + glibc->layout->bins - 2 * GLIBC_WORD;
}

/* Whether the neighbours in its ring lead back to a chunk. */
static bool is_linked(const struct glibc *glibc, size_t extent, uint64_t chunk)
{
    uint64_t next = follow(glibc, extent, chunk, FORTH), last = follow(glibc, extent, chunk, BACK);

    return next && last && follow(glibc, extent, next, BACK) == chunk &&
           follow(glibc, extent, last, FORTH) == chunk;
}

bool glibc_is_linked(const struct glibc *glibc, size_t extent, uint64_t at)
{
    return is_linked(glibc, extent, glibc->address + at - GLIBC_WORD);
}

uint64_t glibc_unsorted_tail(const struct glibc *glibc, size_t extent)
{
    uint64_t header = unsorted_header(glibc), tail = follow(glibc, extent, header, BACK);

    return tail == header ? UINT64_MAX : tail - glibc->address + GLIBC_WORD;
}

/* Whether a chunk in a ring, free as its header and its footer agree, is of another size than those
 * in a bin. */
static bool is_misfit(const struct glibc *glibc, size_t extent, uint64_t chunk, uint32_t bin)
{
    uint64_t at = chunk - glibc->address + GLIBC_WORD, footer;
    struct hg_block block;
    struct glibc_chunk read;

    if (!glibc_may_begin(glibc, extent, at) || !glibc_read_chunk(glibc, extent, at, &read) ||
        glibc_bin_list(read.size) == bin)
        return false;
    block = glibc_read_block(glibc, extent, at);
    if (block.kind != HG_KIND_FREE || block.footer == 0)
        return false;
    memcpy(&footer, glibc->start + at + block.size - GLIBC_WORD, sizeof footer);
    return footer == block.size;
}

/* The list in whose ring a free block is. */
static uint32_t find_ring(struct glibc *glibc, size_t extent, const struct hg_block *block)
{
    uint64_t most = extent / GLIBC_CHUNK_LEAST;
    uint64_t chunk = glibc->address + block->at - GLIBC_WORD, header = unsorted_header(glibc);
    uint64_t forth = chunk, back = chunk, unsorted = follow(glibc, extent, header, FORTH);
    uint32_t bin = glibc_bin_list(block->size);

    if (!is_linked(glibc, extent, chunk))
        return HG_NO_LIST;
    if (knows_unsorted(glibc, extent))
        return *mark_of(glibc, block->at) & ON_UNSORTED ? GLIBC_LIST_UNSORTED : bin;
    for (uint64_t i = 0; i < most; i++, glibc->finding.followed++) {
        forth = follow(glibc, extent, forth, FORTH);
        back = follow(glibc, extent, back, BACK);
        if (forth == header || back == header || unsorted == chunk ||
            is_misfit(glibc, extent, forth, bin) || is_misfit(glibc, extent, back, bin))
            return GLIBC_LIST_UNSORTED;
        if (list_of_header(glibc, forth) == bin || list_of_header(glibc, back) == bin ||
            unsorted == header)
            return bin;
        unsorted = follow(glibc, extent, unsorted, FORTH);
    }
    return HG_NO_LIST;
}

struct finder {
    uint64_t at, place, most, found;
};

static bool find_item(void *context, uint64_t at)
{
    struct finder *finder = context;

    if (at == finder->at)
        finder->found = finder->place;
    return finder->found == UINT64_MAX && ++finder->place < finder->most;
}

static uint64_t find_among(const struct glibc *glibc, size_t extent, uint32_t list, uint64_t at,
                           uint64_t most)
{
    struct finder finder = {.at = at, .most = most, .found = UINT64_MAX};

    if (list != HG_NO_LIST)
        glibc_walk_list(glibc, extent, list, find_item, &finder);
    return finder.found;
}

uint64_t glibc_find_place(const struct glibc *glibc, size_t extent, uint32_t list, uint64_t at)
{
    enum { FEW = 64 };

    return find_among(glibc, extent, list, at, FEW);
}

uint32_t glibc_find_list(const struct glibc *glibc, size_t extent, const struct hg_block *block)
{
    uint32_t cache = glibc_cache_list(block->size), fast = glibc_fast_list(block->size);

    if (block->kind == HG_KIND_FREE)
        return block->at == glibc_top(glibc) ? GLIBC_LIST_TOP
                                             : find_ring((struct glibc *)glibc, extent, block);
    if (block->kind != HG_KIND_USED)
        return HG_NO_LIST;
    if (find_among(glibc, extent, cache, block->at, UINT64_MAX) != UINT64_MAX)
        return cache;
    return find_among(glibc, extent, fast, block->at, GLIBC_FAST_NEAR) != UINT64_MAX ? fast
                                                                                     : HG_NO_LIST;
}

void glibc_walk_unsorted_back(const struct glibc *glibc, size_t extent, hg_list_visitor *visitor,
                              void *context)
{
    uint64_t header = unsorted_header(glibc), chunk = follow(glibc, extent, header, BACK);

    for (size_t i = 0; i < extent / GLIBC_CHUNK_LEAST && chunk && chunk != header; i++) {
        if (!visitor(context, chunk - glibc->address + GLIBC_WORD))
            return;
        chunk = follow(glibc, extent, chunk, BACK);
    }
}
