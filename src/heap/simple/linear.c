/* linear.c: the linear, or bump, allocator: an index moves up through the heap, and never back.
 *
 *      | state | tag payload | tag payload | ...        | rest | break
 *                                                       ^ next
 *
 * A tag is the block's size, a multiple of the alignment, with FLAG_KEPT where the block is of no
 * use to anybody until everything is freed: what alignment skips, and what realloc has moved
 * elsewhere. The rest, up to the break, is the one free block, without a tag. One payload cannot be
 * freed; the last block alone can change its size in place.
 *
 * What always holds: blocks tile [first, next); `last` is the last of them, or NULL. */
#include "heap/simple/linear.h"

#include <string.h>

#include "base/bits.h"
#include "heap/simple/simple.h"

struct linear {
    struct hg_heap heap;
    struct hg_settings settings;
    struct block *last;
    struct block *next; /* where the rest begins; the break if there is none */
};

struct block {
    uint64_t tag;
};

enum { FLAG_KEPT = 1, FLAGS = 7, TAG_SIZE = sizeof(uint64_t), REST = 0 /* the one list */ };

static struct linear *linear_of(struct hg_heap *heap)
{
    return (struct linear *)heap;
}

static struct block *block_at(const void *base, ptrdiff_t bytes)
{
    return (struct block *)(uintptr_t)((const char *)base + bytes);
}

static size_t size_of(const struct block *block)
{
    return block->tag & ~(uint64_t)FLAGS;
}

static struct block *break_of(const struct linear *linear)
{
    return block_at(linear, (ptrdiff_t)linear->heap.size);
}

static size_t rest_size(const struct linear *linear)
{
    return (size_t)((char *)break_of(linear) - (char *)linear->next);
}

static uint64_t first_at(const struct hg_settings *settings)
{
    return bits_align_up(sizeof(struct linear) + TAG_SIZE, settings->alignment) - TAG_SIZE;
}

/* Two payloads of no bytes must not be the same: each has one at least. */
static size_t block_size(const struct linear *linear, size_t size)
{
    return bits_align_up(TAG_SIZE + (size ? size : 1), linear->settings.alignment);
}

/* ---- Opening ---- */

static size_t open_size(const struct hg_settings *settings)
{
    uint64_t first = first_at(settings);

    return settings->grow == HG_GROW_EXACT ? first : bits_round_up(first, settings->grow);
}

/* The rest becomes, or stays, a free block on the list, if it is anything at all. */
static void push_rest(struct linear *linear)
{
    if (rest_size(linear) > 0)
        hg_emit_list(&linear->heap, HG_EVENT_PUSH, REST, linear->next, rest_size(linear), 0);
}

static void open(struct hg_heap *heap, const struct hg_settings *settings)
{
    struct linear *linear = linear_of(heap);

    linear->settings = *settings;
    linear->last = NULL;
    linear->next = block_at(linear, (ptrdiff_t)first_at(settings));
    if (rest_size(linear) > 0)
        hg_emit_at(heap, HG_EVENT_FRESH, linear->next, rest_size(linear), 0);
    push_rest(linear);
}

/* ---- Moving the index ---- */

/* Take the rest off the list, to be made blocks of. */
static void take_rest(struct linear *linear, enum hg_event_kind kind)
{
    if (rest_size(linear) > 0)
        hg_emit_list(&linear->heap, kind, REST, linear->next, rest_size(linear), 0);
}

/* See to it that the rest has `size` bytes, moving the break if need be. */
static bool provide(struct linear *linear, size_t size)
{
    struct hg_heap *heap = &linear->heap;
    size_t before = rest_size(linear), grown;
    char *fresh;

    if (before > 0)
        hg_emit_visit(heap, REST, linear->next, before, before >= size);
    if (before >= size)
        return true;
    grown = hg_simple_round(&linear->settings, size - before);
    fresh = hg_break_grow(heap, grown);
    if (!fresh)
        return false;
    hg_emit_at(heap, HG_EVENT_FRESH, fresh, grown, 0);
    if (before > 0) {
        hg_emit_list(heap, HG_EVENT_UNLINK, REST, linear->next, before, 0);
        hg_emit_at(heap, HG_EVENT_MERGE_LEFT, linear->next, before + grown, before);
    }
    push_rest(linear);
    return true;
}

/* Cut a block of `size` bytes off the start of the rest, which is on no list. */
static struct block *cut(struct linear *linear, size_t size, unsigned flags)
{
    struct block *block = linear->next;
    size_t rest = rest_size(linear) - size;

    linear->next = block_at(block, (ptrdiff_t)size);
    linear->last = block;
    block->tag = size | flags;
    hg_emit_at(&linear->heap, rest ? HG_EVENT_SPLIT : HG_EVENT_WHOLE, block, size, rest);
    if (flags & FLAG_KEPT)
        hg_emit_at(&linear->heap, HG_EVENT_RESERVE, block, size, 0);
    return block;
}

/* Bytes to skip so that the next payload is aligned: 0, or enough for a tag. */
static size_t gap_before(const struct linear *linear, size_t alignment)
{
    uintptr_t payload = (uintptr_t)linear->next + TAG_SIZE;

    return bits_align_up(payload, alignment) - payload;
}

static void *obtain(struct linear *linear, size_t size, size_t alignment)
{
    size_t gap = gap_before(linear, alignment);
    struct block *block;

    if (!provide(linear, gap + size))
        return hg_refuse(&linear->heap, HG_REASON_NO_MEMORY, size);
    take_rest(linear, HG_EVENT_TAKE);
    if (gap > 0)
        cut(linear, gap, FLAG_KEPT);
    block = cut(linear, size, 0);
    hg_emit_at(&linear->heap, HG_EVENT_HANDOVER, block, size, 0);
    push_rest(linear);
    return block + 1;
}

/* ---- Operations ---- */

static void *allocate_aligned(struct hg_heap *heap, size_t size, size_t alignment)
{
    struct linear *linear = linear_of(heap);
    size_t need = block_size(linear, size);

    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, need);
    return obtain(linear, need, alignment);
}

static void *allocate(struct hg_heap *heap, size_t size)
{
    return allocate_aligned(heap, size, 1);
}

static bool release(struct hg_heap *heap, void *payload)
{
    hg_refuse(heap, HG_REASON_ONLY_EVERYTHING, size_of((struct block *)payload - 1));
    return false;
}

static size_t usable_size(const struct hg_heap *heap, const void *payload)
{
    (void)heap;
    return size_of((const struct block *)payload - 1) - TAG_SIZE;
}

/* Give the last block another size, taking from the rest or giving back to it. */
static bool resize_last(struct linear *linear, size_t size)
{
    struct block *last = linear->last;
    size_t before = size_of(last), rest;

    if (size > before && !provide(linear, size - before))
        return false;
    rest = rest_size(linear);
    if (rest > 0) {
        take_rest(linear, HG_EVENT_UNLINK);
        hg_emit_at(&linear->heap, HG_EVENT_ABSORB, last, before + rest, rest);
    }
    last->tag = size;
    linear->next = block_at(last, (ptrdiff_t)size);
    rest = rest_size(linear);
    if (rest > 0) {
        hg_emit_at(&linear->heap, HG_EVENT_SPLIT, last, size, rest);
        hg_emit_at(&linear->heap, HG_EVENT_RELEASE, linear->next, rest, 0);
    }
    push_rest(linear);
    return true;
}

/* The old block is of no use to anybody any more. */
static void *move(struct linear *linear, struct block *block, size_t size)
{
    size_t used = size_of(block) - TAG_SIZE;
    void *moved = obtain(linear, size, 1);

    if (!moved)
        return NULL;
    memcpy(moved, block + 1, used);
    hg_emit_at(&linear->heap, HG_EVENT_COPY, moved, used, hg_offset(&linear->heap, block + 1));
    block->tag |= FLAG_KEPT;
    hg_emit_at(&linear->heap, HG_EVENT_RESERVE, block, size_of(block), 0);
    return moved;
}

static void *reallocate(struct hg_heap *heap, void *payload, size_t size)
{
    struct linear *linear = linear_of(heap);
    struct block *block = (struct block *)payload - 1;
    size_t need = block_size(linear, size);

    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, need);
    if (block == linear->last && need != size_of(block)) {
        if (!resize_last(linear, need))
            return hg_refuse(heap, HG_REASON_NO_MEMORY, need);
    } else if (need > size_of(block)) {
        return move(linear, block, need);
    }
    hg_emit_at(heap, HG_EVENT_HANDOVER, block, size_of(block), 0);
    return payload;
}

/* ---- Reading back ---- */

static bool read_block(const struct linear *linear, uint64_t at, uint64_t next,
                       struct hg_block *ret_block)
{
    const struct block *block = block_at(linear, (ptrdiff_t)at);
    uint64_t size, alignment = linear->settings.alignment;

    if (next - at < TAG_SIZE)
        return false;
    size = size_of(block);
    if (size == 0 || size % alignment || size > next - at || block->tag & FLAGS & ~FLAG_KEPT)
        return false;
    *ret_block = (struct hg_block){
        .at = at, .size = size, .header = TAG_SIZE, .list = HG_NO_LIST, .kind = HG_KIND_USED};
    if (block->tag & FLAG_KEPT)
        *ret_block = hg_other_block(HG_KIND_BOOKKEEPING, at, at + size);
    return true;
}

/* Where the rest begins; the heap's first block if the state does not say anything possible. */
static uint64_t next_at(const struct linear *linear, size_t extent)
{
    uint64_t first = first_at(&linear->settings);
    uint64_t next = hg_offset(&linear->heap, linear->next);

    return next >= first && next <= extent ? next : first;
}

static void walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                 hg_block_visitor *visitor, void *context)
{
    const struct linear *linear = (const struct linear *)heap;
    uint64_t first = first_at(&linear->settings), next = next_at(linear, extent);
    struct hg_block block = hg_other_block(HG_KIND_BOOKKEEPING, 0, first);

    if (from == 0) {
        if (!visitor(context, &block))
            return;
        from = first;
    }
    for (; from < next; from += block.size) {
        if (!read_block(linear, from, next, &block))
            block = hg_other_block(HG_KIND_UNREADABLE, from, extent);
        if (!visitor(context, &block))
            return;
    }
    if (from == next && next < extent) {
        block = hg_other_block(HG_KIND_FREE, next, extent);
        block.list = REST;
        visitor(context, &block);
    }
}

static bool check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect)
{
    const struct linear *linear = (const struct linear *)heap;
    uint64_t first = first_at(&linear->settings), next = next_at(linear, extent), last = 0;
    struct hg_block block = {0};

    for (uint64_t at = first; at < next; at += block.size) {
        last = at;
        if (!read_block(linear, at, next, &block)) {
            *ret_defect = (struct hg_defect){HG_INVARIANT_TAG, at};
            return false;
        }
    }
    if (next == hg_offset(heap, linear->next) &&
        (last ? hg_offset(heap, linear->last) == last : !linear->last))
        return true;
    *ret_defect = (struct hg_defect){HG_INVARIANT_STATE, 0};
    return false;
}

static struct hg_list_end list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                    hg_list_visitor *visitor, void *context)
{
    const struct linear *linear = (const struct linear *)heap;
    uint64_t next = next_at(linear, extent);

    (void)list;
    if (next != hg_offset(heap, linear->next))
        return hg_list_ends(HG_LIST_LOST, linear->next);
    if (next < extent && !visitor(context, next))
        return hg_list_ends(HG_LIST_STOPPED, NULL);
    return hg_list_ends(HG_LIST_ENDED, NULL);
}

static uint32_t list_count(const struct hg_settings *settings)
{
    (void)settings;
    return 1;
}

static struct hg_list_info list_info(const struct hg_settings *settings, unsigned variant,
                                     uint32_t list)
{
    (void)settings;
    (void)variant;
    (void)list;
    return hg_list_named(HG_LIST_ROLE_FREE_LIST, 0, "rest");
}

static struct hg_header_fields header(const struct hg_settings *settings)
{
    static const struct hg_header_field fields[] = {
        {.name = "size",
         .meaning = "bytes of the block, header and padding included",
         .mask = ~(uint64_t)FLAGS,
         .unit = FLAGS + 1,
         .size = TAG_SIZE,
         .kind = HG_HEADER_BYTES},
        {.name = "kept",
         .meaning = "the block is of no use to anybody until everything is freed",
         .words = {NULL, "kept"},
         .mask = FLAG_KEPT,
         .size = TAG_SIZE,
         .kind = HG_HEADER_FLAG},
    };

    (void)settings;
    return (struct hg_header_fields){fields, sizeof fields / sizeof fields[0]};
}

static uint64_t served(const struct hg_settings *settings, unsigned variant, uint64_t block)
{
    uint64_t whole = block - block % settings->alignment;

    (void)variant;
    return whole > TAG_SIZE ? whole - TAG_SIZE : 0;
}

const struct hg_engine hg_linear_engine = {
    .problem = hg_simple_problem,
    .open_size = open_size,
    .open = open,
    .settings = hg_settings_behind,
    .state_size = sizeof(struct linear),
    .allocate = allocate,
    .allocate_aligned = allocate_aligned,
    .reallocate = reallocate,
    .release = release,
    .usable_size = usable_size,
    .coalesce = hg_simple_coalesce,
    .set = hg_settings_set_behind,
    .walk = walk,
    .check = check,
    .list_walk = list_walk,
    .list_count = list_count,
    .list_info = list_info,
    .header = header,
    .served = served,
    .searches_all = true,
};
