/* kr_read.c: see kr_read.h. */
#include "heap/textbook/kr_read.h"

#include "heap/textbook/kr_layout.h"

/* The offset that a link leads to, from the block or the base at `at`; UINT64_MAX where the list
 * ends, or its link leads back, or to no place of a block. */
static uint64_t follow(const struct hg_heap *heap, uint64_t extent, uint64_t at,
                       const struct kr_header *next)
{
    uint64_t to = hg_offset(heap, next);

    if (to <= at || to < KR_FIRST || to > extent - KR_UNIT || (to - KR_FIRST) % KR_UNIT)
        return UINT64_MAX;
    return to;
}

/* Whether a link from `at` leads to where the list may have been. */
static bool leads_back(const struct hg_heap *heap, uint64_t at, const struct kr_header *next)
{
    uint64_t to = hg_offset(heap, next);

    return to <= at && to >= KR_FIRST && (to - KR_FIRST) % KR_UNIT == 0;
}

static const struct kr_header *header_at(const struct hg_heap *heap, uint64_t at)
{
    return book_at(heap, at);
}

static bool read_block(struct book_reader *reader, uint64_t at, struct hg_block *ret_block)
{
    uint64_t units;
    bool is_free;

    if (reader->end - at < KR_UNIT || (at - KR_FIRST) % KR_UNIT)
        return false;
    units = header_at(reader->heap, at)->size;
    if (units == 0 || units > (reader->end - at) / KR_UNIT)
        return false;
    while (reader->cursor < at)
        reader->cursor = follow(reader->heap, reader->extent, reader->cursor,
                                header_at(reader->heap, reader->cursor)->next);
    is_free = reader->cursor == at;
    *ret_block = (struct hg_block){.at = at,
                                   .size = units * KR_UNIT,
                                   .header = KR_UNIT,
                                   .list = is_free ? BOOK_LIST : HG_NO_LIST,
                                   .kind = is_free ? HG_KIND_FREE : HG_KIND_USED};
    return true;
}

static struct book_reader reader_of(const struct hg_heap *heap, uint64_t extent)
{
    const struct kr *kr = (const struct kr *)heap;

    return (struct book_reader){.heap = heap,
                                .first = KR_FIRST,
                                .end = extent,
                                .extent = extent,
                                .cursor = follow(heap, extent, 0, kr->base.next),
                                .read = read_block};
}

void hg_kr_walk(const struct hg_heap *heap, size_t extent, uint64_t from, hg_block_visitor *visitor,
                void *context)
{
    struct book_reader reader = reader_of(heap, extent);

    hg_book_walk(&reader, from, visitor, context);
}

struct hg_list_end hg_kr_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                   hg_list_visitor *visitor, void *context)
{
    const struct kr_header *base = &((const struct kr *)heap)->base, *item = base;
    uint64_t at = 0, next;

    (void)list;
    while ((next = follow(heap, extent, at, item->next)) != UINT64_MAX) {
        if (!visitor(context, next))
            return hg_list_ends(HG_LIST_STOPPED, NULL);
        at = next;
        item = header_at(heap, at);
    }
    if (item->next == base)
        return hg_list_ends(HG_LIST_ENDED, NULL);
    return hg_list_ends(leads_back(heap, at, item->next) ? HG_LIST_ENDLESS : HG_LIST_LOST,
                        item->next);
}

/* What lies behind the last block that the list leads to must be the base. */
static bool is_base(const struct kr *kr, const struct kr_header *next)
{
    return hg_offset(&kr->heap, next) == hg_offset(&kr->heap, &kr->base);
}

/* Follow the list: ORDER, addresses rise, LISTED, it leads to blocks, and around; ROVER, `last` is
 * on it. */
static enum hg_invariant check_list(const struct kr *kr, uint64_t extent, uint64_t *ret_at,
                                    uint64_t *ret_count)
{
    struct book_reader reader = reader_of(&kr->heap, extent);
    const struct kr_header *item = &kr->base;
    uint64_t last = hg_offset(&kr->heap, kr->last);
    bool met_last = is_base(kr, kr->last);

    *ret_at = *ret_count = 0;
    for (; reader.cursor != UINT64_MAX; ++*ret_count) {
        *ret_at = reader.cursor;
        item = header_at(&kr->heap, reader.cursor);
        met_last = met_last || reader.cursor == last;
        reader.cursor = follow(&kr->heap, extent, reader.cursor, item->next);
    }
    if (!is_base(kr, item->next))
        return hg_offset(&kr->heap, item->next) < *ret_at ? HG_INVARIANT_ORDER
                                                          : HG_INVARIANT_LISTED;
    return met_last ? HG_INVARIANT_NONE : HG_INVARIANT_ROVER;
}

/* The list first, since it says what is free; then each block: TAG, its size, NEIGHBOURS; and
 * LISTED, what the list leads to are blocks. */
bool hg_kr_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect)
{
    const struct kr *kr = (const struct kr *)heap;
    struct book_reader reader = reader_of(heap, extent);
    struct hg_block block = {.kind = HG_KIND_USED};
    uint64_t at = 0, listed, met = 0;
    enum hg_invariant broken = check_list(kr, extent, &at, &listed);
    bool left_is_free = false;

    if (!broken && kr->base.size != 0)
        broken = HG_INVARIANT_STATE;
    for (at = broken ? at : KR_FIRST; !broken && at < extent; at += block.size) {
        if (!read_block(&reader, at, &block)) {
            broken = HG_INVARIANT_TAG;
            break;
        }
        if (left_is_free && block.kind == HG_KIND_FREE) {
            broken = HG_INVARIANT_NEIGHBOURS;
            break;
        }
        left_is_free = block.kind == HG_KIND_FREE;
        met += left_is_free;
    }
    if (!broken && met != listed)
        broken = HG_INVARIANT_LISTED;
    if (broken)
        *ret_defect = (struct hg_defect){broken, at < extent ? at : 0};
    return !broken;
}

struct hg_list_info hg_kr_list_info(const struct hg_settings *settings, unsigned variant,
                                    uint32_t list)
{
    (void)settings;
    (void)variant;
    (void)list;
    return hg_list_named(HG_LIST_ROLE_FREE_LIST, 0, "free");
}

struct hg_header_fields hg_kr_header(const struct hg_settings *settings)
{
    static const struct hg_header_field fields[] = {
        {.name = "size",
         .meaning = "units of 16 bytes of the block, of which its header is one",
         .mask = UINT64_MAX >> 4,
         .unit = KR_UNIT,
         .at = offsetof(struct kr_header, size),
         .size = sizeof(uint64_t),
         .kind = HG_HEADER_BYTES},
    };

    (void)settings;
    return (struct hg_header_fields){fields, sizeof fields / sizeof fields[0]};
}

uint64_t hg_kr_served(const struct hg_settings *settings, unsigned variant, uint64_t block)
{
    (void)settings;
    (void)variant;
    return block > KR_UNIT ? block - KR_UNIT : 0;
}
