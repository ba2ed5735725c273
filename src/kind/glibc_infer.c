/* glibc_infer.c: what a step did, inferred from what was free before it and what is afterwards.
 *
 * It is told as events, like those of an engine that reports what it does, but it is a reading of
 * the heap and not a report: several things that happened one after the other may be told as one,
 * and in another order. What changed is noted along the way, so that it alone is read again. */
#include <string.h>

#include "kind/glibc.h"

/* ---- Afterwards ---- */

/* The block that now holds the byte at `at`, and the list that it is on.
 *   from  where a block begins now, at or before it */
static struct hg_block find_now(const struct glibc *glibc, size_t extent, uint64_t from,
                                uint64_t at)
{
    struct hg_block block = {.list = HG_NO_LIST, .kind = HG_KIND_UNREADABLE};

    for (; from <= at && from < extent; from += block.size)
        block = glibc_read_block(glibc, extent, from);
    block.list = glibc_find_list(glibc, extent, &block);
    return block;
}

/* How many of the blocks of the unsorted bin, from its tail, have left it. It is emptied from there
 * and filled at its head, so what was nearer to the tail than what is there now has left it. */
static uint32_t count_sorted(const struct glibc *glibc, size_t extent)
{
    const struct glibc_before *before = &glibc->before;
    uint64_t tail = glibc_unsorted_tail(glibc, extent);

    for (size_t i = 0; i < before->listed; i++) {
        if (before->blocks[i].list == GLIBC_LIST_UNSORTED && before->blocks[i].at == tail)
            return before->blocks[i].place;
    }
    return before->kept == UINT64_MAX || before->kept == tail ? UINT32_MAX : 0;
}

/* What stands now where a block was free before, if that is a block as large; else one of size 0,
 * as what is no header any more may take long to read. */
static struct hg_block read_same(const struct glibc *glibc, size_t extent,
                                 const struct glibc_free *block)
{
    struct glibc_chunk chunk;

    if (!glibc_read_chunk(glibc, extent, block->at, &chunk) || chunk.size != block->size)
        return (struct hg_block){.kind = HG_KIND_UNREADABLE};
    return glibc_read_block(glibc, extent, block->at);
}

/* Whether a block left the unsorted bin for the one of its size: there it is if it is free and as
 * it was. Where others were merged, its header may be no more than what is left of it. */
static bool is_sorted(const struct glibc *glibc, size_t extent, const struct glibc_free *block)
{
    const struct glibc_before *before = &glibc->before;

    if (!before->is_whole || block >= before->blocks + before->listed ||
        block->list != GLIBC_LIST_UNSORTED || block->place >= before->sorted)
        return false;
    return read_same(glibc, extent, block).kind == HG_KIND_FREE &&
           (before->keeps_fast || glibc_is_linked(glibc, extent, block->at));
}

/* The list that a block which was free before is on now; HG_NO_LIST for none. */
static uint32_t list_now(const struct glibc *glibc, size_t extent, const struct glibc_free *block)
{
    struct hg_block now = read_same(glibc, extent, block);

    return now.size > 0 ? glibc_find_list(glibc, extent, &now) : HG_NO_LIST;
}

/* ---- Telling ---- */

static void tell(const struct glibc *glibc, struct hg_event event)
{
    glibc->observer(glibc->context, &event);
}

/* A block leaves its list. */
static void tell_left(const struct glibc *glibc, uint8_t kind, const struct glibc_free *block)
{
    tell(glibc, (struct hg_event){
                    .kind = kind, .list = block->list, .at = block->at, .size = block->size});
}

/* A block enters a list, at a place or somewhere: UINT64_MAX. */
static void tell_pushed(const struct glibc *glibc, uint64_t at, uint64_t size, uint32_t list,
                        uint64_t place)
{
    tell(glibc, (struct hg_event){
                    .kind = HG_EVENT_PUSH, .list = list, .at = at, .size = size, .other = place});
}

static void tell_pair(const struct glibc *glibc, uint8_t kind, uint64_t at, uint64_t size,
                      uint64_t other)
{
    tell(glibc, (struct hg_event){
                    .kind = kind, .list = HG_NO_LIST, .at = at, .size = size, .other = other});
}

static void note_change(struct glibc *glibc, uint64_t at, uint64_t size)
{
    glibc_note_change(&glibc->changes, at, at + size);
}

static void tell_break(const struct glibc *glibc, size_t extent)
{
    uint64_t before = glibc->before.extent;

    if (extent > before)
        tell_pair(glibc, HG_EVENT_GROW, before, extent - before, 0);
    else if (extent < before)
        tell_pair(glibc, HG_EVENT_TRIM, extent, before - extent, 0);
}

/* Tell on which list a block is now, if it is. */
static void tell_place(const struct glibc *glibc, size_t extent, const struct hg_block *now)
{
    if (now->list != HG_NO_LIST)
        tell_pushed(glibc, now->at, now->size, now->list,
                    glibc_find_place(glibc, extent, now->list, now->at));
}

/* What is now free at `at`, where it is on a list. */
static void tell_entered(struct glibc *glibc, size_t extent, uint64_t at)
{
    struct hg_block now = find_now(glibc, extent, at, at);

    note_change(glibc, now.at, now.size);
    if (now.list != GLIBC_LIST_TOP)
        tell_place(glibc, extent, &now);
}

/* Whether a step was about the block, which then did not just change its list. */
static bool is_touched(const struct glibc_free *block, const struct glibc_chunk *chunk)
{
    return block->at < chunk->at + chunk->size && chunk->at < block->at + block->size;
}

/* Where what is free to the left of the block in question began, up to there without a gap: a block
 * begins there whatever merged. */
static uint64_t start_of_left(const struct glibc_before *before)
{
    uint64_t start = before->held.at;
    const struct glibc_free *left;

    while ((left = glibc_free_before(before, start - 1)))
        start = left->at;
    return start;
}

/* What became of a block that was free beside the one in question. */
enum fate { STAYS, MERGED_WITH_IT, MERGED_WITHOUT_IT };

static enum fate find_fate(const struct glibc *glibc, size_t extent, const struct glibc_free *block)
{
    const struct glibc_chunk *held = &glibc->before.held;
    struct hg_block now = {.at = start_of_left(&glibc->before)};
    uint64_t end = now.at;

    while (end <= block->at && end < extent) {
        now = glibc_read_block(glibc, extent, end);
        end = now.at + now.size;
    }
    if (now.at == block->at && (block->at > held->at || now.size == block->size))
        return STAYS;
    return now.at < held->at + held->size && (held->at < end || end == extent) ? MERGED_WITH_IT
                                                                               : MERGED_WITHOUT_IT;
}

/* Whether what is behind a block of a list is still there if the block is: whoever takes blocks off
 * takes those first that are remembered first, but for what is merged with others. */
static bool keeps_rest(const struct glibc_before *before, uint32_t list)
{
    if (list < GLIBC_LIST_FAST)
        return true;
    return list < GLIBC_LIST_UNSORTED ? before->keeps_fast
                                      : list == GLIBC_LIST_UNSORTED && !before->merges_fast;
}

/* Whether what waited in fast bins was not merged: after that, no more is there than the step has
 * given back since, and what is cut off on both sides of an aligned block. */
static bool keeps_fast(const struct glibc *glibc, size_t extent)
{
    enum { SINCE_MOST = 3 };

    return !glibc->before.merges_fast || glibc_has_fast(glibc, extent, SINCE_MOST + 1);
}

static bool is_beside_held(const struct glibc_before *before, const struct glibc_free *block)
{
    const struct glibc_chunk *held = &before->held;

    return block->at + block->size == held->at || block->at == held->at + held->size;
}

/* Tell what became of a block that was free and that the step was not about.
 *   returns  whether it is on its list as ever */
static bool tell_move(struct glibc *glibc, size_t extent, const struct glibc_free *block)
{
    enum fate fate =
        is_beside_held(&glibc->before, block) ? find_fate(glibc, extent, block) : STAYS;
    uint32_t now;

    if (fate == STAYS && block->list == HG_NO_LIST)
        return true;
    if (fate == STAYS && is_sorted(glibc, extent, block)) {
        glibc_note_sorted(glibc, block);
        tell_left(glibc, HG_EVENT_UNLINK, block);
        tell_pushed(glibc, block->at, block->size, glibc_bin_list(block->size), UINT64_MAX);
        return false;
    }
    now = fate == STAYS ? list_now(glibc, extent, block) : HG_NO_LIST;
    if (now != HG_NO_LIST && now == block->list)
        return true;
    note_change(glibc, block->at, block->size);
    if (fate == MERGED_WITH_IT) /* which is told of the block in question */
        return false;
    tell_left(glibc, HG_EVENT_UNLINK, block);
    if (now != HG_NO_LIST)
        tell_pushed(glibc, block->at, block->size, now, UINT64_MAX);
    return false;
}

/* Blocks that were free and are on no list or another one now: sorted into bins, put into the
 * thread cache for later, or merged. */
static void tell_moved(struct glibc *glibc, size_t extent, const struct glibc_chunk *given)
{
    const struct glibc_before *before = &glibc->before;
    bool is_same = false; /* the rest of the list of the block at hand */

    for (size_t i = 0; i < before->count; i++) {
        const struct glibc_free *block = &before->blocks[i];

        is_same = is_same && block->place > 0;
        if (block->list == GLIBC_LIST_TOP || (is_same && !is_beside_held(before, block)))
            continue;
        if (is_touched(block, given))
            note_change(glibc, block->at, block->size);
        else
            is_same = tell_move(glibc, extent, block) && keeps_rest(before, block->list);
    }
}

struct stash {
    struct glibc *glibc;
    uint64_t size;
    const struct glibc_cut *cut;
};

static bool tell_stashed(void *context, uint64_t at)
{
    const struct stash *stash = context;
    struct glibc *glibc = stash->glibc;
    uint32_t bin = glibc_bin_list(stash->size), cache = glibc_cache_list(stash->size);

    if (glibc_free_before(&glibc->before, at) || at == glibc->before.held.at ||
        at == stash->cut->lead.at || at == stash->cut->trail.at)
        return true;
    note_change(glibc, at, stash->size);
    tell_left(glibc, HG_EVENT_UNLINK, &(struct glibc_free){at, stash->size, bin, 0});
    tell_pushed(glibc, at, stash->size, cache, UINT64_MAX);
    return true;
}

/* What waits in the cache beside a block that was given, and was on none of the lists that are
 * remembered: it comes from the same bin. */
static void tell_stash(struct glibc *glibc, size_t extent, const struct glibc_cut *cut)
{
    struct stash stash = {glibc, glibc->before.wanted, cut};

    if (!glibc->before.has_bins && glibc_cache_list(stash.size) != HG_NO_LIST)
        glibc_walk_list(glibc, extent, glibc_cache_list(stash.size), tell_stashed, &stash);
}

/* ---- Allocations ---- */

/* What a block was cut from that came from a bin by size: itself, and what was left of it. */
static struct glibc_free bin_source(const struct glibc_chunk *given, const struct glibc_cut *cut)
{
    struct glibc_free source = {.at = given->at - cut->lead.size};

    source.size = cut->lead.size + given->size + cut->trail.size + cut->rest.size;
    source.list = glibc_bin_list(source.size);
    return source;
}

/* Tell that a block was cut in two, and where what does not go to the user went.
 *   at, left, right  where it lay, and how large the two are
 *   remains          where the one lies that is not the user's */
static void tell_split(struct glibc *glibc, size_t extent, uint64_t at, uint64_t left,
                       uint64_t right, uint64_t remains)
{
    tell_pair(glibc, HG_EVENT_SPLIT, at, left, right);
    tell_entered(glibc, extent, remains);
}

/* Tell what was cut off before and behind a block that was given.
 *   end  of what it was cut from */
static void tell_cut(struct glibc *glibc, size_t extent, const struct glibc_chunk *given,
                     const struct glibc_cut *cut, uint64_t end)
{
    uint64_t needed = given->at + given->size;

    if (cut->lead.size > 0)
        tell_split(glibc, extent, cut->lead.at, cut->lead.size, end - given->at, cut->lead.at);
    if (end > needed)
        tell_split(glibc, extent, given->at, given->size,
                   glibc_read_block(glibc, extent, needed).size, needed);
    if (cut->rest.size > 0)
        tell_split(glibc, extent, needed, cut->trail.size, cut->rest.size, cut->rest.at);
}

/* Where a block came from that is in use now: what was free there before, which may have been more
 * than one block, and what is left of it. */
static void tell_source(struct glibc *glibc, size_t extent, const struct glibc_chunk *given,
                        const struct glibc_cut *cut)
{
    const struct glibc_before *before = &glibc->before;
    const struct glibc_free *source = glibc_free_before(before, given->at), *next;
    struct glibc_free from_bin;
    uint64_t end, needed = given->at + given->size;
    bool is_of_top;

    if (!source && before->has_bins)
        return;
    if (!source) {
        from_bin = bin_source(given, cut);
        source = &from_bin;
    }
    end = source->at + source->size;
    is_of_top = source->list == GLIBC_LIST_TOP;
    tell_left(glibc, HG_EVENT_TAKE, source);
    while (end < needed && (next = glibc_free_before(before, end))) {
        end += next->size;
        is_of_top = next->list == GLIBC_LIST_TOP;
        tell_pair(glibc, HG_EVENT_MERGE_RIGHT, source->at, end - source->at, next->size);
    }
    note_change(glibc, source->at, end - source->at);
    tell_cut(glibc, extent, given, cut, is_of_top ? extent : end);
}

static void tell_given(struct glibc *glibc, size_t extent, const struct kind_deed *deed,
                       const struct glibc_chunk *given)
{
    struct glibc_cut cut = glibc_find_cut(glibc, extent, given);

    tell_pair(glibc, HG_EVENT_REQUEST, 0, deed->size, given->size);
    note_change(glibc, given->at, given->size);
    tell_moved(glibc, extent, given);
    tell_stash(glibc, extent, &cut);
    tell_break(glibc, extent);
    tell_source(glibc, extent, given, &cut);
    tell_pair(glibc, HG_EVENT_HANDOVER, given->at, given->size, 0);
}

/* ---- Giving back ---- */

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* What merged with it may have merged with more before. */
static void tell_returned(struct glibc *glibc, size_t extent)
{
    const struct glibc_before *before = &glibc->before;
    const struct glibc_chunk *held = &before->held;
    const struct glibc_free *right = glibc_free_before(before, held->at + held->size);
    uint64_t start = held->at, end = held->at + held->size;
    struct hg_block now = find_now(glibc, extent, start_of_left(before), held->at);

    note_change(glibc, held->at, held->size);
    tell_pair(glibc, HG_EVENT_RELEASE, held->at, held->size, 0);
    if (now.at < held->at) {
        start = now.at;
        tell_pair(glibc, HG_EVENT_MERGE_LEFT, start, end - start, held->at - start);
    }
    if (right && now.at + now.size > right->at) {
        uint64_t more = larger(right->size, now.at + now.size - end);

        tell_pair(glibc, HG_EVENT_MERGE_RIGHT, start, end + more - start, more);
    }
    tell_place(glibc, extent, &now);
}

/* ---- In place ---- */

/* What was cut off behind a block, and may have merged with what was free there. */
static void tell_shrunk(const struct glibc *glibc, size_t extent, const struct glibc_chunk *given,
                        const struct glibc_free *right)
{
    uint64_t end = given->at + given->size, size = glibc->before.held.size - given->size;

    tell_pair(glibc, HG_EVENT_SPLIT, given->at, given->size, size);
    if (right && glibc_read_block(glibc, extent, end).size > size)
        tell_pair(glibc, HG_EVENT_MERGE_RIGHT, end, size + right->size, right->size);
}

static void tell_resized(struct glibc *glibc, size_t extent, const struct kind_deed *deed,
                         const struct glibc_chunk *given)
{
    const struct glibc_chunk *held = &glibc->before.held;
    const struct glibc_free *right = glibc_free_before(&glibc->before, held->at + held->size);

    note_change(glibc, held->at, held->size);
    tell_pair(glibc, HG_EVENT_REQUEST, 0, deed->size, given->size);
    note_change(glibc, given->at, given->size);
    tell_moved(glibc, extent, given);
    tell_break(glibc, extent);
    if (given->size > held->size) {
        if (right)
            tell_left(glibc, HG_EVENT_TAKE, right);
        tell_pair(glibc, HG_EVENT_ABSORB, given->at, given->size, given->size - held->size);
    } else if (given->size < held->size) {
        tell_shrunk(glibc, extent, given, right);
    }
    tell_pair(glibc, HG_EVENT_HANDOVER, given->at, given->size, 0);
    if (given->size < held->size ||
        (given->size > held->size && right &&
         (right->list == GLIBC_LIST_TOP || given->size < held->size + right->size)))
        tell_entered(glibc, extent, given->at + given->size);
}

static void tell_copied(const struct glibc *glibc, const struct glibc_chunk *given)
{
    const struct glibc_chunk *held = &glibc->before.held;
    uint64_t least = given->size < held->size ? given->size : held->size;

    tell_pair(glibc, HG_EVENT_COPY, given->at + GLIBC_WORD, least - GLIBC_WORD,
              held->at + GLIBC_WORD);
}

/* Whether the unsorted bin was left alone from where it was thought to be. */
static bool is_as_foreseen(const struct glibc *glibc, size_t extent)
{
    struct hg_block kept;

    if (glibc->before.kept == UINT64_MAX)
        return true;
    kept = glibc_read_block(glibc, extent, glibc->before.kept);
    return glibc_find_list(glibc, extent, &kept) == GLIBC_LIST_UNSORTED;
}

/* Where blocks have changed; NULL where that is not known. */
static const struct kind_changes *finish_changes(struct glibc *glibc, size_t extent)
{
    const struct glibc_before *before = &glibc->before;
    uint64_t top = glibc_top(glibc);

    if (!before->is_whole || !is_as_foreseen(glibc, extent) ||
        (before->trusts_fast && !glibc_has_fast(glibc, extent, 1)) || glibc->changes.is_all)
        return NULL;
    if (top != before->top || extent != before->extent)
        glibc_note_change(&glibc->changes, top < before->top ? top : before->top, UINT64_MAX);
    glibc_order_changes(&glibc->changes);
    glibc->answer = (struct kind_changes){glibc->changes.count, glibc->changes.ranges,
                                          glibc->changes.noted - glibc->changes.sorted};
    return &glibc->answer;
}

static void infer(struct glibc *glibc, size_t extent, const struct kind_deed *deed)
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
    if (given.size > 0)
        return;
    if (glibc->before.has_bins && glibc->before.held.size == 0)
        glibc_tell_sweep(glibc, extent);
    else
        tell_moved(glibc, extent, &glibc->before.held);
    tell_break(glibc, extent);
}

const struct kind_changes *glibc_infer(void *heap, size_t extent, const struct kind_deed *deed)
{
    struct glibc *glibc = heap;

    if (!glibc->layout || !glibc->observer)
        return NULL;
    glibc->changes.count = glibc->changes.noted = 0;
    glibc->changes.is_all = false;
    glibc->before.sorted = count_sorted(glibc, extent);
    glibc->before.keeps_fast = keeps_fast(glibc, extent);
    if (extent <= GLIBC_MARKED_MOST)
        glibc_begin_finding(glibc);
    infer(glibc, extent, deed);
    glibc_end_finding(glibc, extent);
    return finish_changes(glibc, extent);
}
