/* glibc_infer.c: what a step did, inferred from what was free before it and what is afterwards.
 *
 * It is told as events, like those of an engine that reports what it does, but it is a reading of
 * the heap and not a report: several things that happened one after the other may be told as one,
 * and in another order. Of a block that leaves a list, `other` is how many remain on it. */
#include <string.h>

#include "kind/glibc.h"

/* ---- Afterwards ---- */

struct finder {
    uint64_t at, place, found;
};

static bool find_place(void *context, uint64_t at)
{
    struct finder *finder = context;

    if (at == finder->at)
        finder->found = finder->place;
    finder->place++;
    return finder->found == UINT64_MAX;
}

/* Where on a list a block stands now; UINT64_MAX if it does not. */
static uint64_t place_on(const struct glibc *glibc, size_t extent, uint32_t list, uint64_t at)
{
    struct finder finder = {.at = at, .found = UINT64_MAX};

    if (list != HG_NO_LIST)
        glibc_walk_list(glibc, extent, list, find_place, &finder);
    return finder.found;
}

/* The block that now holds the byte at `at`, and, where it is on one of the lists that it can be
 * on, that list and its place there.
 *   from  where a block begins now, at or before it */
static struct hg_block find_now(const struct glibc *glibc, size_t extent, uint64_t from,
                                uint64_t at, uint64_t *ret_place)
{
    struct hg_block block = {.list = HG_NO_LIST, .kind = HG_KIND_UNREADABLE};

    *ret_place = UINT64_MAX;
    for (; from <= at && from < extent; from += block.size)
        block = glibc_read_block(glibc, extent, from);
    const uint32_t lists[] = {glibc_cache_list(block.size), glibc_fast_list(block.size),
                              GLIBC_LIST_UNSORTED, glibc_bin_list(block.size), GLIBC_LIST_TOP};

    for (size_t i = 0; i < sizeof lists / sizeof lists[0] && *ret_place == UINT64_MAX; i++) {
        if (lists[i] != HG_NO_LIST && glibc_list_is_cache(lists[i]) == (block.kind == HG_KIND_USED))
            *ret_place = place_on(glibc, extent, lists[i], block.at);
        if (*ret_place != UINT64_MAX)
            block.list = lists[i];
    }
    return block;
}

/* The list that a block which was free before is on now: by its mark, or, where bins by size are
 * not marked, by its header; HG_NO_LIST for none. */
static uint32_t list_now(struct glibc_marks *marks, const struct glibc_free *block)
{
    uint32_t list = glibc_marks_see(marks, block->at, block->size);
    struct hg_block now;

    if (list != HG_NO_LIST || !marks->is_lazy)
        return list;
    now = glibc_read_block(marks->glibc, marks->extent, block->at);
    return now.kind == HG_KIND_FREE && now.size == block->size ? glibc_bin_list(now.size)
                                                               : HG_NO_LIST;
}

/* ---- Telling ---- */

static void tell(const struct glibc *glibc, struct hg_event event)
{
    glibc->observer(glibc->context, &event);
}

static void tell_list(const struct glibc *glibc, uint8_t kind, const struct glibc_free *block,
                      uint64_t other)
{
    tell(glibc, (struct hg_event){.kind = kind,
                                  .list = block->list,
                                  .at = block->at,
                                  .size = block->size,
                                  .other = other});
}

static void tell_pair(const struct glibc *glibc, uint8_t kind, uint64_t at, uint64_t size,
                      uint64_t other)
{
    tell(glibc, (struct hg_event){
                    .kind = kind, .list = HG_NO_LIST, .at = at, .size = size, .other = other});
}

static void tell_break(const struct glibc *glibc, size_t extent)
{
    uint64_t before = glibc->before.extent;

    if (extent > before)
        tell_pair(glibc, HG_EVENT_GROW, before, extent - before, 0);
    else if (extent < before)
        tell_pair(glibc, HG_EVENT_TRIM, extent, before - extent, 0);
}

/* What is now free at `at`, where it is on a list. */
static void tell_entered(const struct glibc *glibc, size_t extent, uint64_t at)
{
    uint64_t place;
    struct hg_block now = find_now(glibc, extent, at, at, &place);

    if (place != UINT64_MAX && now.list != GLIBC_LIST_TOP)
        tell_list(glibc, HG_EVENT_PUSH, &(struct glibc_free){now.at, now.size, now.list, 0}, place);
}

/* Whether a step was about the block, which then did not just change its list. */
static bool is_touched(const struct glibc_free *block, const struct glibc_chunk *chunk)
{
    return block->at < chunk->at + chunk->size && chunk->at < block->at + block->size;
}

/* Whether a block beside the one in question is no block any more. */
static bool is_merged(const struct glibc *glibc, size_t extent, const struct glibc_free *block)
{
    const struct glibc_before *before = &glibc->before;
    const struct glibc_free *left = glibc_free_before(before, before->held.at - 1);
    uint64_t from = left ? left->at : before->held.at;

    if (block == left)
        return glibc_read_block(glibc, extent, from).size != block->size;
    while (from < block->at)
        from += glibc_read_block(glibc, extent, from).size;
    return from != block->at;
}

/* Blocks that were free and are on no list or another one now: sorted into bins, put into the
 * thread cache for later, or merged. A cache whose first block is what it was has not changed. Of
 * heaps larger than what marks tell of, nothing is told. */
static void tell_moved(const struct glibc *glibc, size_t extent, const struct glibc_chunk *given)
{
    const struct glibc_before *before = &glibc->before;
    bool is_same = false; /* the list of the block at hand */
    struct glibc_marks marks = glibc_marks_begin(glibc, extent, glibc->own, !before->has_bins);

    for (size_t i = 0; i < before->count; i++) {
        const struct glibc_free *block = &before->blocks[i];
        uint32_t now;
        bool merges = block->at + block->size == before->held.at ||
                      block->at == before->held.at + before->held.size;

        if (block->place == 0)
            is_same = glibc_list_is_cache(block->list) &&
                      place_on(glibc, extent, block->list, block->at) == 0;
        if (block->list == GLIBC_LIST_TOP || is_same || is_touched(block, given) ||
            (merges && is_merged(glibc, extent, block)))
            continue;
        now = list_now(&marks, block);
        if (now == block->list || (merges && now == HG_NO_LIST))
            continue;
        tell_list(glibc, HG_EVENT_UNLINK, block, glibc_list_length(glibc, extent, block->list));
        if (now != HG_NO_LIST)
            tell_list(glibc, HG_EVENT_PUSH, &(struct glibc_free){block->at, block->size, now, 0},
                      UINT64_MAX);
    }
    glibc_marks_end(&marks);
}

struct stash {
    const struct glibc *glibc;
    size_t extent;
    uint64_t size;
};

static bool tell_stashed(void *context, uint64_t at)
{
    const struct stash *stash = context;
    const struct glibc *glibc = stash->glibc;
    uint32_t bin = glibc_bin_list(stash->size), cache = glibc_cache_list(stash->size);

    if (glibc_free_before(&glibc->before, at) || at == glibc->before.held.at)
        return true;
    tell_list(glibc, HG_EVENT_UNLINK, &(struct glibc_free){at, stash->size, bin, 0},
              glibc_list_length(glibc, stash->extent, bin));
    tell_list(glibc, HG_EVENT_PUSH, &(struct glibc_free){at, stash->size, cache, 0}, UINT64_MAX);
    return true;
}

/* What waits in the cache beside a block that was given, and was on none of the lists that are
 * remembered: it comes from the same bin. */
static void tell_stash(const struct glibc *glibc, size_t extent, const struct glibc_chunk *given)
{
    struct stash stash = {glibc, extent, given->size};

    if (!glibc->before.has_bins && glibc_cache_list(given->size) != HG_NO_LIST)
        glibc_walk_list(glibc, extent, glibc_cache_list(given->size), tell_stashed, &stash);
}

/* ---- Allocations ---- */

/* What a block was cut from that came from a bin by size: itself, and what is free behind it. */
static struct glibc_free bin_source(const struct glibc *glibc, size_t extent,
                                    const struct glibc_chunk *given)
{
    struct glibc_free source = {.at = given->at, .size = given->size};
    uint64_t behind = given->at + given->size;
    struct hg_block next = glibc_read_block(glibc, extent, behind);

    if (next.kind == HG_KIND_FREE && behind != glibc_top(glibc) &&
        !glibc_free_before(&glibc->before, behind))
        source.size += next.size;
    source.list = glibc_bin_list(source.size);
    return source;
}

/* Where a block came from that is in use now: what was free there before, which may have been more
 * than one block, and what is left of it. */
static void tell_source(const struct glibc *glibc, size_t extent, const struct glibc_chunk *given)
{
    const struct glibc_before *before = &glibc->before;
    const struct glibc_free *source = glibc_free_before(before, given->at), *next;
    struct glibc_free from_bin;
    uint64_t place, end, needed = given->at + given->size;

    if (!source && before->has_bins)
        return;
    if (!source) {
        from_bin = bin_source(glibc, extent, given);
        source = &from_bin;
    }
    end = source->at + source->size;
    tell_list(glibc, HG_EVENT_TAKE, source, glibc_list_length(glibc, extent, source->list));
    while (end < needed && (next = glibc_free_before(before, end))) {
        end += next->size;
        tell_pair(glibc, HG_EVENT_MERGE_RIGHT, source->at, end - source->at, next->size);
    }
    if (source->list == GLIBC_LIST_TOP)
        end = extent;
    if (source->at < given->at) {
        tell_pair(glibc, HG_EVENT_SPLIT, source->at, given->at - source->at, end - given->at);
        tell_entered(glibc, extent, source->at);
    }
    if (end > needed) {
        tell_pair(glibc, HG_EVENT_SPLIT, given->at, given->size,
                  find_now(glibc, extent, needed, needed, &place).size);
        tell_entered(glibc, extent, needed);
    }
}

static void tell_given(const struct glibc *glibc, size_t extent, const struct kind_deed *deed,
                       const struct glibc_chunk *given)
{
    tell_pair(glibc, HG_EVENT_REQUEST, 0, deed->size, given->size);
    tell_moved(glibc, extent, given);
    tell_stash(glibc, extent, given);
    tell_break(glibc, extent);
    tell_source(glibc, extent, given);
    tell_pair(glibc, HG_EVENT_HANDOVER, given->at, given->size, 0);
}

/* ---- Giving back ---- */

static void tell_returned(const struct glibc *glibc, size_t extent)
{
    const struct glibc_before *before = &glibc->before;
    const struct glibc_chunk *held = &before->held;
    const struct glibc_free *left = glibc_free_before(before, held->at - 1);
    const struct glibc_free *right = glibc_free_before(before, held->at + held->size);
    uint64_t place, start = held->at, size = held->size;
    struct hg_block now = find_now(glibc, extent, left ? left->at : held->at, held->at, &place);

    tell_pair(glibc, HG_EVENT_RELEASE, held->at, held->size, 0);
    if (left && now.at <= left->at) {
        start = left->at;
        size += left->size;
        tell_pair(glibc, HG_EVENT_MERGE_LEFT, start, size, left->size);
    }
    if (right && now.at + now.size > right->at) {
        size += right->size;
        tell_pair(glibc, HG_EVENT_MERGE_RIGHT, start, size, right->size);
    }
    if (place != UINT64_MAX)
        tell_list(glibc, HG_EVENT_PUSH, &(struct glibc_free){now.at, now.size, now.list, 0}, place);
}

/* ---- In place ---- */

static void tell_resized(const struct glibc *glibc, size_t extent, const struct kind_deed *deed,
                         const struct glibc_chunk *given)
{
    const struct glibc_chunk *held = &glibc->before.held;
    const struct glibc_free *right = glibc_free_before(&glibc->before, held->at + held->size);

    tell_pair(glibc, HG_EVENT_REQUEST, 0, deed->size, given->size);
    tell_moved(glibc, extent, given);
    tell_break(glibc, extent);
    if (given->size > held->size) {
        if (right)
            tell_list(glibc, HG_EVENT_TAKE, right, glibc_list_length(glibc, extent, right->list));
        tell_pair(glibc, HG_EVENT_ABSORB, given->at, given->size, given->size - held->size);
    } else if (given->size < held->size) {
        tell_pair(glibc, HG_EVENT_SPLIT, given->at, given->size, held->size - given->size);
    }
    tell_pair(glibc, HG_EVENT_HANDOVER, given->at, given->size, 0);
    if (given->size != held->size)
        tell_entered(glibc, extent, given->at + given->size);
}

static void tell_copied(const struct glibc *glibc, const struct glibc_chunk *given)
{
    const struct glibc_chunk *held = &glibc->before.held;
    uint64_t least = given->size < held->size ? given->size : held->size;

    tell_pair(glibc, HG_EVENT_COPY, given->at + GLIBC_WORD, least - GLIBC_WORD,
              held->at + GLIBC_WORD);
}

/* From where on the heap is to be read again, whatever was told. */
static uint64_t changed_from(const struct glibc *glibc, size_t extent)
{
    const struct glibc_before *before = &glibc->before;
    uint64_t top = glibc_top(glibc);

    if (before->has_bins || !before->is_whole || extent > (uint64_t)GLIBC_MARKS * 32)
        return 0;
    if (top == before->top && extent == before->extent)
        return UINT64_MAX;
    return top < before->top ? top : before->top;
}

static void infer(const struct glibc *glibc, size_t extent, const struct kind_deed *deed)
{
    struct glibc_chunk given = glibc_block_of(glibc, extent, deed->after);
    bool returns = glibc->before.held.size > 0 && !deed->is_refused && deed->before != deed->after;

    if (deed->after && deed->before == deed->after && given.size > 0) {
        tell_resized(glibc, extent, deed, &given);
        return;
    }
    if (given.size > 0)
        tell_given(glibc, extent, deed, &given);
    if (given.size > 0 && returns)
        tell_copied(glibc, &given);
    if (returns)
        tell_returned(glibc, extent);
    if (given.size == 0) {
        tell_moved(glibc, extent, &glibc->before.held);
        tell_break(glibc, extent);
    }
}

uint64_t glibc_infer(void *heap, size_t extent, const struct kind_deed *deed)
{
    const struct glibc *glibc = heap;

    if (!glibc->layout || !glibc->observer)
        return 0;
    infer(glibc, extent, deed);
    return changed_from(glibc, extent);
}
