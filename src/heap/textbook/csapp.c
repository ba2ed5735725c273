/* csapp.c: an implicit list with boundary tags of 4 bytes.
 *
 *      | state | pad | prologue | block | block | ...        | epilogue | break
 *              4 bytes, then 8                                 4 bytes
 *
 *      block   | header | payload, padding | footer |
 *
 * Header and footer are the block's size, a multiple of 8, with 1 added where it is used. There are
 * no links: a search passes all blocks, used ones too, by their sizes. The prologue is a used block
 * of 8 bytes, the epilogue a used header of size 0, so that merging needs no special case at either
 * end.
 *
 * What always holds: sizes are 16 or more; payloads are aligned to 8; no two free blocks are
 * neighbours; the rover, where next fit begins, is a block's start or the epilogue; the heap has
 * less than 4 GiB, so that a header can say any size. */
#include "heap/textbook/csapp.h"

#include "heap/textbook/book.h"
#include "heap/lent_index.h"

struct csapp {
    struct hg_heap heap;
    struct hg_settings settings;
    uint64_t rover; /* the block at which the last search ended */
};

_Static_assert(sizeof(struct csapp) <= BOOK_START, "the book's heap begins behind the state");

enum {
    WORD = 4,
    UNIT = 8,
    LEAST = 2 * UNIT,
    USED = 1,
    FLAGS = UNIT - 1,
    PROLOGUE = BOOK_START + WORD,
    FIRST = PROLOGUE + UNIT
};

static struct csapp *csapp_of(struct hg_heap *heap)
{
    return (struct csapp *)heap;
}

static uint32_t *word_at(const struct hg_heap *heap, uint64_t at)
{
    return book_at(heap, at);
}

static uint64_t size_at(const struct hg_heap *heap, uint64_t at)
{
    return *word_at(heap, at) & ~(uint32_t)FLAGS;
}

static bool is_used(const struct hg_heap *heap, uint64_t at)
{
    return *word_at(heap, at) & USED;
}

static uint64_t epilogue_of(const struct hg_heap *heap)
{
    return heap->size - WORD;
}

/* Write the header and the footer of a block. */
static void put(struct hg_heap *heap, uint64_t at, uint64_t size, unsigned used)
{
    *word_at(heap, at) = (uint32_t)size | used;
    *word_at(heap, at + size - WORD) = (uint32_t)size | used;
}

static bool read_block(struct book_reader *reader, uint64_t at, struct hg_block *ret_block)
{
    uint64_t size;
    bool used;

    if (reader->end - at < LEAST || (at - FIRST) % UNIT)
        return false;
    size = size_at(reader->heap, at);
    used = is_used(reader->heap, at);
    if (size < LEAST || size > reader->end - at)
        return false;
    *ret_block = (struct hg_block){.at = at,
                                   .size = size,
                                   .header = WORD,
                                   .footer = WORD,
                                   .list = used ? HG_NO_LIST : BOOK_LIST,
                                   .kind = used ? HG_KIND_USED : HG_KIND_FREE};
    return true;
}

static struct book_reader reader_of(const struct hg_heap *heap, uint64_t extent)
{
    return (struct book_reader){
        .heap = heap, .first = FIRST, .end = extent - WORD, .extent = extent, .read = read_block};
}

static void push(struct hg_heap *heap, uint64_t at)
{
    struct book_reader reader = reader_of(heap, heap->size);

    hg_lent_index_add(heap, at, size_at(heap, at));
    book_tell_list(heap, HG_EVENT_PUSH, at, size_at(heap, at), hg_book_place(&reader, at));
}

/* A block, still as it is, is free no more, or will be part of another. */
static void unlist(struct hg_heap *heap, enum hg_event_kind kind, uint64_t at)
{
    hg_lent_index_remove(heap, at, size_at(heap, at));
    book_tell_list(heap, kind, at, size_at(heap, at), 0);
}

/* Searches have been long: make the index. */
static void make_index(struct hg_heap *heap)
{
    if (!hg_lent_index_make(heap, HG_ORDER_ADDRESS, 1u << LENT_BY_PLACE))
        return;
    for (uint64_t at = FIRST; at < epilogue_of(heap); at += size_at(heap, at)) {
        if (!is_used(heap, at))
            hg_lent_index_add(heap, at, size_at(heap, at));
    }
}

/* ---- Opening and growing ---- */

static const char *problem(const struct hg_settings *settings, unsigned *ret_setting)
{
    if (settings->grow % UNIT) {
        *ret_setting = HG_SETTING_GROW;
        return "must be a multiple of 8 under csapp";
    }
    if (settings->fit != HG_FIT_IS_FIRST && settings->fit != HG_FIT_IS_NEXT) {
        *ret_setting = HG_SETTING_FIT;
        return "is not csapp's, which is first or next";
    }
    return NULL;
}

static size_t open_size(const struct hg_settings *settings)
{
    return FIRST + WORD + settings->grow; /* exact is 0 */
}

static void open(struct hg_heap *heap, const struct hg_settings *settings)
{
    uint64_t size;

    csapp_of(heap)->settings = *settings;
    csapp_of(heap)->rover = FIRST;
    *word_at(heap, BOOK_START) = 0;
    put(heap, PROLOGUE, UNIT, USED);
    *word_at(heap, epilogue_of(heap)) = USED;
    size = epilogue_of(heap) - FIRST;
    if (size > 0) {
        book_tell(heap, HG_EVENT_FRESH, FIRST, size, 0);
        put(heap, FIRST, size, 0);
        push(heap, FIRST);
    }
}

/* A rover inside of what was merged goes to its start. */
static void keep_rover(struct hg_heap *heap, uint64_t at)
{
    struct csapp *csapp = csapp_of(heap);

    if (csapp->rover > at && csapp->rover < at + size_at(heap, at))
        csapp->rover = at;
}

/* Merge a free block, on no list, with its free neighbours, and list the whole. */
static uint64_t merge(struct hg_heap *heap, uint64_t at)
{
    uint64_t size = size_at(heap, at), right = at + size, taken;

    if (!is_used(heap, right)) {
        taken = size_at(heap, right);
        unlist(heap, HG_EVENT_UNLINK, right);
        size += taken;
        put(heap, at, size, 0);
        book_tell(heap, HG_EVENT_MERGE_RIGHT, at, size, taken);
    }
    if (!is_used(heap, at - WORD)) {
        taken = size_at(heap, at - WORD);
        at -= taken;
        unlist(heap, HG_EVENT_UNLINK, at);
        size += taken;
        put(heap, at, size, 0);
        book_tell(heap, HG_EVENT_MERGE_LEFT, at, size, taken);
    }
    keep_rover(heap, at);
    push(heap, at);
    return at;
}

/* Extend the heap by what is needed, or more. Returns the last block, free; 0 if that cannot be. */
static uint64_t extend(struct hg_heap *heap, const struct book_need *need)
{
    uint64_t extra = need->alignment > UNIT ? need->alignment + LEAST : 0;
    uint64_t size = hg_book_growth(&csapp_of(heap)->settings, need->size + extra);
    uint64_t at = epilogue_of(heap);

    if (size > UINT32_MAX - heap->size || !hg_break_grow(heap, size))
        return 0;
    book_tell(heap, HG_EVENT_FRESH, at, size, 0);
    put(heap, at, size, 0);
    *word_at(heap, epilogue_of(heap)) = USED;
    return merge(heap, at);
}

/* ---- Allocating ---- */

static uint64_t gap_in(const struct hg_heap *heap, uint64_t at, const struct book_need *need)
{
    return hg_book_gap(heap, at + WORD, need->alignment, LEAST);
}

/* The first block that fits among those from `from` up to but not including `until`; 0 if none
 * does. */
static uint64_t find_from(struct hg_heap *heap, const struct book_need *need, uint64_t from,
                          uint64_t until)
{
    const struct lent_index *index = need->alignment > UNIT ? NULL : lent_index(heap);
    struct book_reader reader = reader_of(heap, heap->size);
    struct hg_block block;
    uint64_t found = 0, passed = 0;

    if (index) {
        found = hg_lent_index_first(index, hg_lent_index_key(index, 0, from, 0), need->size);
        return found < until ? found : 0;
    }
    for (; from < until && found == 0 && read_block(&reader, from, &block); from += block.size) {
        bool fits =
            block.kind == HG_KIND_FREE && block.size >= need->size + gap_in(heap, from, need);

        book_tell_visit(heap, &block, fits);
        found = fits ? from : 0;
        passed++;
    }
    if (hg_aside_is_due(heap, passed))
        make_index(heap);
    return found;
}

static uint64_t find(struct hg_heap *heap, const struct book_need *need)
{
    struct csapp *csapp = csapp_of(heap);
    uint64_t start = csapp->settings.fit == HG_FIT_IS_NEXT ? csapp->rover : FIRST;
    uint64_t found = find_from(heap, need, start, epilogue_of(heap));

    if (!found)
        found = find_from(heap, need, FIRST, start);
    if (found)
        csapp->rover = found;
    return found;
}

/* Make a used block of what is needed of the free one at `at`. Returns the used one. */
static uint64_t place(struct hg_heap *heap, uint64_t at, const struct book_need *need)
{
    uint64_t size = size_at(heap, at), gap = gap_in(heap, at, need), used = at + gap, rest;

    unlist(heap, HG_EVENT_TAKE, at);
    if (gap > 0) {
        put(heap, at, gap, 0);
        hg_lent_index_add(heap, at, gap);
        put(heap, used, size - gap, 0);
        book_tell(heap, HG_EVENT_SPLIT, at, gap, size - gap);
        book_tell_list(heap, HG_EVENT_REPLACE, at, gap, at);
    }
    rest = size - gap - need->size;
    if (rest < LEAST) {
        book_tell(heap, HG_EVENT_WHOLE, used, size - gap, rest);
        put(heap, used, size - gap, USED);
    } else {
        put(heap, used, need->size, USED);
        put(heap, used + need->size, rest, 0);
        book_tell(heap, HG_EVENT_SPLIT, used, need->size, rest);
        push(heap, used + need->size);
    }
    book_tell(heap, HG_EVENT_HANDOVER, used, size_at(heap, used), 0);
    return used;
}

/* 16 for up to 8 bytes, else room for header and footer too, as a multiple of 8. */
static uint64_t block_size(uint64_t size)
{
    return size <= UNIT ? LEAST : bits_align_up(size + 2 * WORD, UNIT);
}

static void *allocate_aligned(struct hg_heap *heap, size_t size, size_t alignment)
{
    struct book_need need = {.size = block_size(size), .alignment = alignment};
    uint64_t at;

    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, need.size);
    at = find(heap, &need);
    if (!at)
        at = extend(heap, &need);
    if (!at)
        return hg_refuse(heap, HG_REASON_NO_MEMORY, need.size);
    return book_at(heap, place(heap, at, &need) + WORD);
}

static void *allocate(struct hg_heap *heap, size_t size)
{
    return hg_book_allocate(&hg_csapp_engine, heap, size);
}

static bool release(struct hg_heap *heap, void *payload)
{
    uint64_t at = hg_offset(heap, payload) - WORD;

    put(heap, at, size_at(heap, at), 0);
    book_tell(heap, HG_EVENT_RELEASE, at, size_at(heap, at), 0);
    merge(heap, at);
    return true;
}

static size_t usable_size(const struct hg_heap *heap, const void *payload)
{
    return size_at(heap, hg_offset(heap, payload) - WORD) - 2 * WORD;
}

static void *reallocate(struct hg_heap *heap, void *payload, size_t size)
{
    return hg_book_move(&hg_csapp_engine, heap, payload, allocate(heap, size), size);
}

/* ---- Reading back ---- */

static void walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                 hg_block_visitor *visitor, void *context)
{
    struct book_reader reader = reader_of(heap, extent);

    hg_book_walk(&reader, from, visitor, context);
}

static struct hg_list_end list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                    hg_list_visitor *visitor, void *context)
{
    struct book_reader reader = reader_of(heap, extent);

    (void)list;
    return hg_book_walk_free(&reader, visitor, context);
}

static enum hg_invariant check_block(struct book_reader *reader, uint64_t at, bool left_is_free,
                                     struct hg_block *ret_block)
{
    if (!read_block(reader, at, ret_block) || *word_at(reader->heap, at) & FLAGS & ~USED)
        return HG_INVARIANT_TAG;
    if (*word_at(reader->heap, at) != *word_at(reader->heap, at + ret_block->size - WORD))
        return HG_INVARIANT_FOOTER;
    if (left_is_free && ret_block->kind == HG_KIND_FREE)
        return HG_INVARIANT_NEIGHBOURS;
    return HG_INVARIANT_NONE;
}

/* The invariants in the order in which they are looked at: TAG, FOOTER and NEIGHBOURS of each
 * block; END, the epilogue; STATE, the prologue; ROVER. */
static bool check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect)
{
    struct book_reader reader = reader_of(heap, extent);
    uint64_t at = FIRST, rover = ((const struct csapp *)heap)->rover;
    struct hg_block block = {.kind = HG_KIND_USED};
    enum hg_invariant broken = HG_INVARIANT_NONE;
    bool met_rover = false;

    for (; at < reader.end; at += block.size) {
        broken = check_block(&reader, at, block.kind == HG_KIND_FREE, &block);
        if (broken)
            break;
        met_rover = met_rover || at == rover;
    }
    if (!broken && *word_at(heap, reader.end) != USED)
        broken = HG_INVARIANT_END;
    if (!broken && (*word_at(heap, PROLOGUE) != (UNIT | USED) ||
                    *word_at(heap, PROLOGUE + WORD) != (UNIT | USED))) {
        broken = HG_INVARIANT_STATE;
        at = 0;
    }
    if (!broken && !met_rover && rover != reader.end)
        broken = HG_INVARIANT_ROVER;
    if (broken)
        *ret_defect = (struct hg_defect){broken, at};
    return !broken;
}

static struct hg_list_info list_info(const struct hg_settings *settings, unsigned variant,
                                     uint32_t list)
{
    (void)settings;
    (void)variant;
    (void)list;
    return hg_list_named(HG_LIST_ROLE_FREE_LIST, 0, "implicit");
}

static struct hg_header_fields header(const struct hg_settings *settings)
{
    static const struct hg_header_field fields[] = {
        {.name = "size",
         .meaning = "bytes of the block, header, padding and footer included",
         .mask = UINT32_MAX & ~(uint32_t)FLAGS,
         .unit = UNIT,
         .size = WORD,
         .kind = HG_HEADER_BYTES},
        {.name = "used",
         .meaning = "whether the block is in use",
         .words = {"free", "used"},
         .mask = USED,
         .size = WORD,
         .kind = HG_HEADER_FLAG},
    };

    (void)settings;
    return (struct hg_header_fields){fields, sizeof fields / sizeof fields[0]};
}

static uint64_t served(const struct hg_settings *settings, unsigned variant, uint64_t block)
{
    (void)settings;
    (void)variant;
    return block >= LEAST ? block - 2 * WORD : 0;
}

const struct hg_engine hg_csapp_engine = {
    .problem = problem,
    .open_size = open_size,
    .open = open,
    .settings = hg_settings_behind,
    .state_size = FIRST + WORD,
    .allocate = allocate,
    .allocate_aligned = allocate_aligned,
    .reallocate = reallocate,
    .release = release,
    .usable_size = usable_size,
    .coalesce = hg_book_coalesce,
    .set = hg_settings_set_behind,
    .walk = walk,
    .check = check,
    .list_walk = list_walk,
    .list_count = hg_book_list_count,
    .list_info = list_info,
    .header = header,
    .served = served,
    .searches_all = true,
};
