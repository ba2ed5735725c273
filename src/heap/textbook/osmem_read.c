/* osmem_read.c: see osmem_read.h. */
#include "heap/textbook/osmem_read.h"

#include "heap/textbook/osmem_layout.h"

static bool read_block(struct book_reader *reader, uint64_t at, struct hg_block *ret_block)
{
    const struct osmem_meta *meta = osmem_meta_at(reader->heap, at);

    if (reader->end - at < OSMEM_LEAST || (at - OSMEM_FIRST) % OSMEM_UNIT)
        return false;
    if (meta->size < OSMEM_UNIT || meta->size % OSMEM_UNIT ||
        meta->size > reader->end - at - OSMEM_META)
        return false;
    if (meta->status != OSMEM_FREE && meta->status != OSMEM_ALLOC)
        return false;
    *ret_block = (struct hg_block){.at = at,
                                   .size = osmem_total(meta),
                                   .header = OSMEM_META,
                                   .list = osmem_is_free(meta) ? BOOK_LIST : HG_NO_LIST,
                                   .kind = osmem_is_free(meta) ? HG_KIND_FREE : HG_KIND_USED};
    return true;
}

static struct book_reader reader_of(const struct hg_heap *heap, uint64_t extent)
{
    return (struct book_reader){
        .heap = heap, .first = OSMEM_FIRST, .end = extent, .extent = extent, .read = read_block};
}

void hg_osmem_walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                   hg_block_visitor *visitor, void *context)
{
    struct book_reader reader = reader_of(heap, extent);

    hg_book_walk(&reader, from, visitor, context);
}

struct hg_list_end hg_osmem_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                      hg_list_visitor *visitor, void *context)
{
    struct book_reader reader = reader_of(heap, extent);

    (void)list;
    return hg_book_walk_free(&reader, visitor, context);
}

/* Whether the block's links are its neighbours. */
static bool links_hold(const struct hg_heap *heap, uint64_t extent, uint64_t at,
                       const struct osmem_meta *prev)
{
    const struct osmem_meta *meta = osmem_meta_at(heap, at);
    uint64_t end = at + osmem_total(meta);

    return meta->prev == prev && meta->next == (end < extent ? osmem_meta_at(heap, end) : NULL);
}

/* TAG and LINKED of each block. */
bool hg_osmem_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect)
{
    struct book_reader reader = reader_of(heap, extent);
    enum hg_invariant broken = HG_INVARIANT_NONE;
    const struct osmem_meta *prev = NULL;
    struct hg_block block;
    uint64_t at = OSMEM_FIRST;

    for (; at < extent; at += block.size) {
        if (!read_block(&reader, at, &block))
            broken = HG_INVARIANT_TAG;
        else if (!links_hold(heap, extent, at, prev))
            broken = HG_INVARIANT_LINKED;
        if (broken) {
            *ret_defect = (struct hg_defect){broken, at};
            return false;
        }
        prev = osmem_meta_at(heap, at);
    }
    return true;
}

struct hg_list_info hg_osmem_list_info(const struct hg_settings *settings, unsigned variant,
                                       uint32_t list)
{
    (void)settings;
    (void)variant;
    (void)list;
    return hg_list_named(HG_LIST_ROLE_FREE_LIST, 0, "free");
}

struct hg_header_fields hg_osmem_header(const struct hg_settings *settings)
{
    static const struct hg_header_field fields[] = {
        {.name = "size",
         .meaning = "bytes of the payload and padding; the header is not among them",
         .mask = ~(uint64_t)(OSMEM_UNIT - 1),
         .unit = OSMEM_UNIT,
         .size = sizeof(uint64_t),
         .kind = HG_HEADER_BYTES,
         .beside = OSMEM_META},
        {.name = "used",
         .meaning = "the status: 0 free, 1 in use",
         .words = {"free", "used"},
         .mask = OSMEM_ALLOC,
         .at = offsetof(struct osmem_meta, status),
         .size = sizeof(int32_t),
         .kind = HG_HEADER_FLAG},
    };

    (void)settings;
    return (struct hg_header_fields){fields, sizeof fields / sizeof fields[0]};
}

uint64_t hg_osmem_served(const struct hg_settings *settings, unsigned variant, uint64_t block)
{
    (void)settings;
    (void)variant;
    return block > OSMEM_META ? block - OSMEM_META : 0;
}
