/* glibc_before.c: what is free before a step, to infer from afterwards what the step did.
 *
 * Bins by size can have very many blocks, and one operation changes few of them: it takes one, or
 * merges those beside the block that is given back, which the headers there tell of. So they are
 * remembered only before what may merge all that waits in fast bins with whatever lies beside it.
 */
#include <string.h>

#include "kind/glibc.h"

static bool is_bin(uint32_t list)
{
    return list > GLIBC_LIST_UNSORTED && list < GLIBC_LIST_TOP;
}

static void remember_block(struct glibc_before *before, const struct glibc_free *block)
{
    if (before->count == GLIBC_FREE_MOST)
        before->is_whole = false;
    else
        before->blocks[before->count++] = *block;
}

struct looker {
    struct glibc *glibc;
    size_t extent;
    uint32_t list, place, most;
};

static bool remember(void *context, uint64_t at)
{
    struct looker *looker = context;
    struct glibc_before *before = &looker->glibc->before;
    struct glibc_chunk chunk;

    if (looker->place == looker->most ||
        !glibc_read_chunk(looker->glibc, looker->extent, at, &chunk))
        return false;
    remember_block(before, &(struct glibc_free){
                               .at = at,
                               .size = chunk.is_top ? looker->extent - at : chunk.size,
                               .list = looker->list,
                               .place = looker->place++,
                           });
    return before->is_whole;
}

struct glibc_chunk glibc_block_of(const struct glibc *glibc, size_t extent, const void *payload)
{
    uint64_t at = (uintptr_t)payload - (uintptr_t)glibc->start - GLIBC_WORD;
    struct glibc_chunk chunk = {.at = at};

    if (payload && at >= glibc->own)
        glibc_read_chunk(glibc, extent, at, &chunk);
    return chunk;
}

const struct glibc_free *glibc_free_before(const struct glibc_before *before, uint64_t at)
{
    for (size_t i = 0; i < before->count; i++) {
        const struct glibc_free *block = &before->blocks[i];

        if (at >= block->at && at - block->at < block->size)
            return block;
    }
    return NULL;
}

/* Remember a block beside the one in question, if it is free: its header says so. */
static void remember_beside(struct glibc *glibc, size_t extent, uint64_t at)
{
    struct hg_block block = glibc_read_block(glibc, extent, at);

    if (block.kind == HG_KIND_FREE && !glibc_free_before(&glibc->before, at))
        remember_block(&glibc->before,
                       &(struct glibc_free){at, block.size, glibc_bin_list(block.size), 0});
}

static void remember_neighbours(struct glibc *glibc, size_t extent)
{
    const struct glibc_chunk *held = &glibc->before.held;
    uint64_t left_size;

    if (held->size == 0)
        return;
    remember_beside(glibc, extent, held->at + held->size);
    if (held->left_used)
        return;
    memcpy(&left_size, glibc->start + held->at - GLIBC_WORD, sizeof left_size);
    if (left_size <= held->at - glibc->own)
        remember_beside(glibc, extent, held->at - left_size);
}

/* Remember what is on lists.
 *   bins  all of the bins by size and the fast ones; else of the latter the first blocks alone,
 *         since one operation takes few of them, and these from the head */
static void remember_lists(struct glibc *glibc, size_t extent, bool bins)
{
    enum { FAST_MOST = 256 };

    glibc->before.count = 0;
    for (uint32_t list = 0; list < glibc_list_count(glibc); list++) {
        bool is_fast = list >= GLIBC_LIST_FAST && list < GLIBC_LIST_UNSORTED;
        struct looker looker = {.glibc = glibc,
                                .extent = extent,
                                .list = list,
                                .most = is_fast && !bins ? FAST_MOST : UINT32_MAX};

        if (bins || !is_bin(list))
            glibc_walk_list(glibc, extent, list, remember, &looker);
    }
}

/* Whether the operation may merge all that is in fast bins, with what lies beside: as one does that
 * asks for a large block, or for more than the top has, and one that makes a large free block. */
static bool may_consolidate(const struct glibc *glibc, size_t extent,
                            const struct kind_deed *intended)
{
    enum { LARGE = 1000, MERGED = 1 << 16, SPARE = 2 * GLIBC_CHUNK_LEAST };
    const struct glibc_chunk *held = &glibc->before.held;
    const struct glibc_before *before = &glibc->before;
    bool has_fast = false;
    uint64_t merged = held->size;

    for (size_t i = 0; i < before->count && !has_fast; i++)
        has_fast = before->blocks[i].list >= GLIBC_LIST_FAST &&
                   before->blocks[i].list < GLIBC_LIST_UNSORTED;
    if (!has_fast)
        return false;
    for (size_t i = 0; i < before->count; i++) {
        if (before->blocks[i].at == held->at + held->size ||
            before->blocks[i].at + before->blocks[i].size == held->at)
            merged += before->blocks[i].size;
    }
    return intended->size >= LARGE || merged >= MERGED ||
           intended->size + SPARE >= extent - before->top;
}

void glibc_look(void *heap, size_t extent, const struct kind_deed *intended)
{
    struct glibc *glibc = heap;
    struct glibc_before *before = &glibc->before;

    if (!glibc->layout)
        return;
    before->extent = extent;
    before->held = glibc_block_of(glibc, extent, intended->before);
    before->top = glibc_top(glibc);
    before->is_whole = true;
    remember_lists(glibc, extent, false);
    remember_neighbours(glibc, extent);
    before->has_bins = !intended->is_plain || may_consolidate(glibc, extent, intended);
    if (before->has_bins)
        remember_lists(glibc, extent, true);
}
