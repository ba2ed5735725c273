/* glibc_before.c: what is free before a step, to infer from afterwards what the step did.
 *
 * Lists can have very many blocks, and one operation changes few of them. An allocation takes
 * blocks of one size from the heads of a cache and a fast bin, sorts the unsorted bin from its tail
 * on until it has found what it looks for, and takes one block from a bin by size, which what came
 * of it tells. What is given back merges with what is free beside it, which the headers there tell.
 * Where all that waits in fast bins may be merged, so may what is free beside each of their blocks.
 * That is what is remembered; before what is more than one such operation, everything. */
#include <string.h>

#include "kind/glibc.h"

static void remember_block(struct glibc_before *before, const struct glibc_free *block)
{
    if (before->count == GLIBC_FREE_MOST)
        before->is_whole = false;
    else
        before->blocks[before->count++] = *block;
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

/* ---- Lists ---- */

struct looker {
    struct glibc *glibc;
    size_t extent;
    uint32_t list, place, most;
    uint32_t found; /* on the unsorted bin: so many of the size that is looked for */
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

/* Remember the first blocks of a list. */
static void remember_list(struct glibc *glibc, size_t extent, uint32_t list, uint32_t most)
{
    struct looker looker = {.glibc = glibc, .extent = extent, .list = list, .most = most};

    glibc_walk_list(glibc, extent, list, remember, &looker);
}

/* What is of the size that is looked for is used, or put into the thread cache up to where that has
 * enough: what lies behind that is left alone, and so is what malloc has no patience for, which
 * does not count what it has merged before. */
static bool remember_unsorted(void *context, uint64_t at)
{
    enum { ENOUGH = 8, PATIENCE = 10000, MERGED = 256 };
    struct looker *looker = context;
    struct glibc_before *before = &looker->glibc->before;
    uint32_t patience = PATIENCE + (before->merges_fast ? MERGED : 0);
    bool is_enough = looker->found == ENOUGH || looker->place == patience ||
                     (looker->found > 0 && glibc_cache_list(before->wanted) == HG_NO_LIST);

    if (is_enough || !remember(context, at)) {
        before->kept = at;
        return false;
    }
    looker->found += before->blocks[before->count - 1].size == before->wanted;
    return true;
}

/* The size of the block that a request needs. */
static uint64_t block_size(uint64_t requested)
{
    uint64_t size = (requested + GLIBC_WORD + GLIBC_ALIGNMENT - 1) / GLIBC_ALIGNMENT;

    size *= GLIBC_ALIGNMENT;
    return size < GLIBC_CHUNK_LEAST ? GLIBC_CHUNK_LEAST : size;
}

/* The size of the block that malloc looks for to cut an aligned one of it. */
static uint64_t size_to_cut(uint64_t block, size_t alignment)
{
    uint64_t wide = GLIBC_CHUNK_LEAST;

    if (alignment <= GLIBC_ALIGNMENT)
        return block;
    while (wide < alignment && wide << 1 != 0)
        wide <<= 1;
    return block_size(block + wide + GLIBC_CHUNK_LEAST);
}

/* How many blocks of a list that waits can be taken from its head; if none can, the first is enough
 * to see that. Large blocks are not all of one size. */
static uint32_t most_of(const struct glibc *glibc, uint32_t list, bool all_fast)
{
    const struct glibc_before *before = &glibc->before;
    bool is_fast = list >= GLIBC_LIST_FAST && list < GLIBC_LIST_UNSORTED;

    if (is_fast && all_fast)
        return UINT32_MAX;
    if (is_fast)
        return list == glibc_fast_list(before->wanted) ? GLIBC_FAST_NEAR : 1;
    return list == glibc_cache_list(before->wanted) || list == glibc_cache_list(before->needed) ||
                   list == glibc_cache_list(before->held.size) || list > GLIBC_LIST_TOP
               ? UINT32_MAX
               : 1;
}

/* Remember what one operation may take from lists.
 *   all_fast  what waits in fast bins may be merged */
static void remember_lists(struct glibc *glibc, size_t extent, bool all_fast)
{
    struct looker looker = {
        .glibc = glibc, .extent = extent, .list = GLIBC_LIST_UNSORTED, .most = UINT32_MAX};

    for (uint32_t list = 0; list < glibc_list_count(glibc); list++) {
        if (glibc_list_is_cache(list))
            remember_list(glibc, extent, list, most_of(glibc, list, all_fast));
    }
    if (glibc->before.wanted > 0)
        glibc_walk_unsorted_back(glibc, extent, remember_unsorted, &looker);
    remember_list(glibc, extent, GLIBC_LIST_TOP, 1);
}

static void remember_all_lists(struct glibc *glibc, size_t extent)
{
    for (uint32_t list = 0; list < glibc_list_count(glibc); list++)
        remember_list(glibc, extent, list, UINT32_MAX);
}

/* ---- Neighbours ---- */

struct hg_block glibc_left_of(const struct glibc *glibc, size_t extent,
                              const struct glibc_chunk *chunk)
{
    struct hg_block none = {.size = 0}, block;
    uint64_t size;

    if (chunk->left_used)
        return none;
    memcpy(&size, glibc->start + chunk->at - GLIBC_WORD, sizeof size);
    if (size > chunk->at - glibc->own)
        return none;
    block = glibc_read_block(glibc, extent, chunk->at - size);
    return block.kind == HG_KIND_FREE ? block : none;
}

/* The free block that begins where a chunk ends, likewise. */
static struct hg_block right_of(const struct glibc *glibc, size_t extent,
                                const struct glibc_chunk *chunk)
{
    struct hg_block block = glibc_read_block(glibc, extent, chunk->at + chunk->size);

    return block.kind == HG_KIND_FREE ? block : (struct hg_block){.size = 0};
}

enum { REMEMBERED = 1 }; /* a mark */

static unsigned char *mark_of(struct glibc *glibc, uint64_t at)
{
    return &glibc->marks[at / GLIBC_CHUNK_LEAST];
}

/* Remember a block that is beside another, if there is one and it is not marked yet. */
static void remember_beside(struct glibc *glibc, size_t extent, const struct hg_block *block)
{
    unsigned char *mark = mark_of(glibc, block->at);
    struct glibc_free beside = {block->at, block->size, HG_NO_LIST, 0};

    if (block->size == 0 || *mark & REMEMBERED)
        return;
    *mark |= REMEMBERED;
    if (!glibc->before.releases)
        beside.list = glibc_find_list(glibc, extent, block);
    remember_block(&glibc->before, &beside);
}

static void remember_both(struct glibc *glibc, size_t extent, const struct glibc_chunk *chunk)
{
    struct hg_block left = glibc_left_of(glibc, extent, chunk);
    struct hg_block right = right_of(glibc, extent, chunk);

    remember_beside(glibc, extent, &left);
    remember_beside(glibc, extent, &right);
}

/* Remember what is free beside the block in question, and beside what waits in fast bins. What is
 * remembered already has a mark meanwhile, and looks free where it is not in a cache. */
static void remember_neighbours(struct glibc *glibc, size_t extent, bool all_fast)
{
    struct glibc_before *before = &glibc->before;
    size_t listed = before->listed;

    for (size_t i = 0; i < listed; i++)
        *mark_of(glibc, before->blocks[i].at) = REMEMBERED;
    glibc_begin_finding(glibc);
    if (before->held.size > 0)
        remember_both(glibc, extent, &before->held);
    for (size_t i = 0; i < listed && all_fast; i++) {
        const struct glibc_free *block = &before->blocks[i];
        struct glibc_chunk chunk;

        if (block->list >= GLIBC_LIST_FAST && block->list < GLIBC_LIST_UNSORTED &&
            glibc_read_chunk(glibc, extent, block->at, &chunk))
            remember_both(glibc, extent, &chunk);
    }
    glibc_end_finding(glibc, extent);
    for (size_t i = 0; i < before->count; i++)
        *mark_of(glibc, before->blocks[i].at) = 0;
}

/* ---- Before a step ---- */

struct counter {
    size_t count, most;
};

static bool count_one(void *context, uint64_t at)
{
    struct counter *counter = context;

    (void)at;
    return ++counter->count < counter->most;
}

bool glibc_has_fast(const struct glibc *glibc, size_t extent, size_t count)
{
    struct counter counter = {.most = count};

    for (uint32_t list = GLIBC_LIST_FAST; list < GLIBC_LIST_UNSORTED && counter.count < count;
         list++)
        glibc_walk_list(glibc, extent, list, count_one, &counter);
    return counter.count == count;
}

/* Whether the operation may merge all that is in fast bins, with what lies beside: as one does that
 * asks for a large block, or for more than the top has, and one that makes a large free block. What
 * lies behind an aligned one may be that, too; where very much waits, it is only found out
 * afterwards whether it was. */
static bool may_consolidate(const struct glibc *glibc, size_t extent)
{
    enum { LARGE = 1000, MERGED = 1 << 16, SPARE = 2 * GLIBC_CHUNK_LEAST, MANY = 1000 };
    const struct glibc_before *before = &glibc->before;
    const struct glibc_chunk *held = &before->held;
    uint64_t merged = held->size;

    if (!glibc_has_fast(glibc, extent, 1))
        return false;
    if (merged > 0)
        merged += glibc_left_of(glibc, extent, held).size + right_of(glibc, extent, held).size;
    return before->wanted >= LARGE || merged >= MERGED ||
           before->wanted + SPARE >= extent - before->top ||
           (before->wanted > before->needed && !glibc_has_fast(glibc, extent, MANY));
}

void glibc_look(void *heap, size_t extent, const struct kind_deed *intended)
{
    struct glibc *glibc = heap;
    struct glibc_before *before = &glibc->before;
    bool releases = intended->before && intended->size == 0, all_fast;

    if (!glibc->layout)
        return;
    glibc_forget_sorted(glibc);
    before->extent = extent;
    before->held = glibc_block_of(glibc, extent, intended->before);
    before->top = glibc_top(glibc);
    before->needed = releases ? 0 : block_size(intended->size);
    before->wanted = releases ? 0 : size_to_cut(before->needed, intended->alignment);
    before->count = before->listed = 0;
    before->kept = UINT64_MAX;
    before->has_bins = !intended->is_plain;
    before->is_whole = extent <= GLIBC_MARKED_MOST;
    before->merges_fast = before->trusts_fast = before->releases = false;
    if (before->has_bins) {
        remember_all_lists(glibc, extent);
        return;
    }
    all_fast = may_consolidate(glibc, extent);
    before->merges_fast = all_fast;
    before->trusts_fast =
        !all_fast && before->wanted > before->needed && glibc_has_fast(glibc, extent, 1);
    before->releases = releases && !all_fast;
    remember_lists(glibc, extent, all_fast);
    before->listed = before->count;
    if (before->is_whole)
        remember_neighbours(glibc, extent, all_fast);
}
