/* glibc_sweep.c: what came of a step that may give back many blocks, none of which is named: a
 * collection.
 *
 * All that was free before is remembered. What is on lists afterwards and was not has come there:
 * of its bytes, those that were free before have merged with the others, which were given back.
 * Blocks that lie beside one another, and were given back both, are told as one. */
#include <string.h>

#include "kind/glibc.h"

struct sweep {
    struct glibc *glibc;
    size_t extent;
    struct glibc_marks marks;
};

static void tell(const struct sweep *sweep, uint8_t kind, uint32_t list, uint64_t at, uint64_t size,
                 uint64_t other)
{
    sweep->glibc->observer(
        sweep->glibc->context,
        &(struct hg_event){.kind = kind, .list = list, .at = at, .size = size, .other = other});
}

/* ---- What has left its list, and what has come onto one ---- */

/* The list that a block is on which was free before, if it is as large as it was; HG_NO_LIST for
 * none. It is not met again then. */
static uint32_t take_same(struct sweep *sweep, const struct glibc_free *block)
{
    struct glibc_chunk now;

    if (!glibc_read_chunk(sweep->glibc, sweep->extent, block->at, &now) || now.size != block->size)
        return HG_NO_LIST;
    return glibc_marks_take(&sweep->marks, block->at, block->size);
}

static void tell_left(struct sweep *sweep, const struct glibc_free *block)
{
    uint32_t now = block->list == GLIBC_LIST_TOP ? GLIBC_LIST_TOP : take_same(sweep, block);

    if (now == block->list)
        return;
    glibc_note_change(&sweep->glibc->changes, block->at, block->at + block->size);
    tell(sweep, HG_EVENT_UNLINK, block->list, block->at, block->size, 0);
    if (now != HG_NO_LIST)
        tell(sweep, HG_EVENT_PUSH, now, block->at, block->size, UINT64_MAX);
}

/* Remember what has come onto a list, behind all that was free before. */
static bool remember_newcomer(void *context, uint64_t at)
{
    struct sweep *sweep = context;
    struct glibc_before *before = &sweep->glibc->before;
    uint64_t size = glibc_read_block(sweep->glibc, sweep->extent, at).size;
    uint32_t list = glibc_marks_take(&sweep->marks, at, size);

    if (list == HG_NO_LIST)
        return true;
    if (before->count == GLIBC_FREE_MOST) {
        before->is_whole = false;
        return false;
    }
    before->blocks[before->count++] = (struct glibc_free){at, size, list, 0};
    return true;
}

static void compare_lists(struct sweep *sweep)
{
    struct glibc *glibc = sweep->glibc;
    size_t count = glibc->before.count;

    sweep->marks = glibc_marks_begin(glibc, sweep->extent, glibc->own, false);
    for (size_t i = 0; i < count; i++)
        tell_left(sweep, &glibc->before.blocks[i]);
    for (uint32_t list = 0; list < glibc_list_count(glibc); list++) {
        if (list != GLIBC_LIST_TOP)
            glibc_walk_list(glibc, sweep->extent, list, remember_newcomer, sweep);
    }
    glibc_marks_end(&sweep->marks);
}

/* ---- What was given back ---- */

/* In marks, a bit for each half of a chunk of the least size. */
enum { HALF = GLIBC_CHUNK_LEAST / 2, BOTH_HALVES = 3 };

static bool was_free(const struct glibc *glibc, uint64_t at)
{
    return glibc->marks[at / GLIBC_CHUNK_LEAST] >> at % GLIBC_CHUNK_LEAST / HALF & 1;
}

/* Mark the bytes of a block as free, from the half in which it begins on. */
static void mark_free(struct glibc *glibc, const struct glibc_free *block)
{
    uint64_t half = block->at / HALF, end = (block->at + block->size) / HALF;

    for (; half < end && half % 2 > 0; half++)
        glibc->marks[half / 2] |= 2;
    memset(&glibc->marks[half / 2], BOTH_HALVES, half < end ? (end - half) / 2 : 0);
    if (half < end && end % 2 > 0)
        glibc->marks[end / 2] |= 1;
}

static void unmark(struct glibc *glibc, const struct glibc_free *block)
{
    uint64_t from = block->at / GLIBC_CHUNK_LEAST;
    uint64_t last = (block->at + block->size - 1) / GLIBC_CHUNK_LEAST;

    memset(&glibc->marks[from], 0, last - from + 1);
}

/* Tell what a block that is free now came of: piece by piece, each of which was free or was not. */
static void tell_pieces(const struct sweep *sweep, uint64_t at, uint64_t end)
{
    const struct glibc *glibc = sweep->glibc;
    bool was_left_free = false; /* the first piece, when the second is at hand */

    for (uint64_t from = at, to; from < end; from = to) {
        bool is_free = was_free(glibc, from);

        for (to = from + HALF; to < end && was_free(glibc, to) == is_free;)
            to += HALF;
        to = to < end ? to : end;
        if (!is_free)
            tell(sweep, HG_EVENT_RELEASE, HG_NO_LIST, from, to - from, 0);
        if (from > at && was_left_free)
            tell(sweep, HG_EVENT_MERGE_LEFT, HG_NO_LIST, at, to - at, from - at);
        else if (from > at)
            tell(sweep, HG_EVENT_MERGE_RIGHT, HG_NO_LIST, at, to - at, to - from);
        was_left_free = from == at && is_free;
    }
}

/* The top may have moved down, and the break below where it was. */
static void tell_newcomers(const struct sweep *sweep, size_t first)
{
    const struct glibc_before *before = &sweep->glibc->before;
    uint64_t top = glibc_top(sweep->glibc);

    for (size_t i = first; i < before->count; i++) {
        const struct glibc_free *block = &before->blocks[i];

        glibc_note_change(&sweep->glibc->changes, block->at, block->at + block->size);
        tell_pieces(sweep, block->at, block->at + block->size);
        tell(sweep, HG_EVENT_PUSH, block->list, block->at, block->size, UINT64_MAX);
    }
    if (top < before->top)
        tell_pieces(sweep, top, before->extent);
}

void glibc_tell_sweep(struct glibc *glibc, size_t extent)
{
    struct sweep sweep = {.glibc = glibc, .extent = extent};
    size_t count = glibc->before.count;

    if (!glibc->before.is_whole)
        return;
    compare_lists(&sweep);
    for (size_t i = 0; i < count; i++)
        mark_free(glibc, &glibc->before.blocks[i]);
    tell_newcomers(&sweep, count);
    for (size_t i = 0; i < count; i++)
        unmark(glibc, &glibc->before.blocks[i]);
}
