/* ostep_read.c: see ostep_read.h. */
#include "heap/textbook/ostep_read.h"

#include "heap/textbook/ostep_layout.h"

static const struct ostep_piece *const_piece(const struct hg_heap *heap, uint64_t at)
{
    return book_at(heap, at);
}

static bool read_block(struct book_reader *reader, uint64_t at, struct hg_block *ret_block)
{
    const struct ostep_piece *piece = const_piece(reader->heap, at);
    bool used;

    if (reader->end - at < OSTEP_UNIT || (at - OSTEP_FIRST) % OSTEP_UNIT)
        return false;
    if (piece->size < OSTEP_UNIT || piece->size % OSTEP_UNIT || piece->size > reader->end - at)
        return false;
    used = piece->magic == OSTEP_MAGIC;
    *ret_block = (struct hg_block){.at = at,
                                   .size = piece->size,
                                   .header = OSTEP_UNIT,
                                   .list = used ? HG_NO_LIST : BOOK_LIST,
                                   .kind = used ? HG_KIND_USED : HG_KIND_FREE};
    return true;
}

static struct book_reader reader_of(const struct hg_heap *heap, uint64_t extent)
{
    return (struct book_reader){
        .heap = heap, .first = OSTEP_FIRST, .end = extent, .extent = extent, .read = read_block};
}

void hg_ostep_walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                   hg_block_visitor *visitor, void *context)
{
    struct book_reader reader = reader_of(heap, extent);

    hg_book_walk(&reader, from, visitor, context);
}

/* Whether a link leads to where a piece can start. */
static bool is_piece(const struct hg_heap *heap, uint64_t extent, const struct ostep_piece *piece)
{
    uint64_t at = hg_offset(heap, piece);

    return at >= OSTEP_FIRST && at < extent && extent - at >= OSTEP_UNIT &&
           (at - OSTEP_FIRST) % OSTEP_UNIT == 0;
}

struct hg_list_end hg_ostep_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                      hg_list_visitor *visitor, void *context)
{
    const struct ostep_piece *piece = ((const struct ostep *)heap)->head;
    uint64_t most = (extent - OSTEP_FIRST) / OSTEP_UNIT;

    (void)list;
    for (; piece && most > 0; piece = piece->next, most--) {
        if (!is_piece(heap, extent, piece))
            return hg_list_ends(HG_LIST_LOST, piece);
        if (!visitor(context, hg_offset(heap, piece)))
            return hg_list_ends(HG_LIST_STOPPED, NULL);
    }
    return hg_list_ends(piece ? HG_LIST_ENDLESS : HG_LIST_ENDED, piece);
}

/* Pieces, by their number and by a sum of hashes, which needs no memory. */
struct tally {
    uint64_t count, hash;
};

static void add_to(struct tally *tally, uint64_t at)
{
    tally->count++;
    tally->hash += bits_mix(at);
}

/* LISTED, the list leads to the pieces that are free, each once; ORDER, by addresses they rise. */
static enum hg_invariant check_list(const struct ostep *ostep, uint64_t extent,
                                    const struct tally *expected, uint64_t *ret_at)
{
    const struct ostep_piece *before = NULL;
    struct tally listed = {0};

    for (const struct ostep_piece *piece = ostep->head; piece;
         before = piece, piece = piece->next) {
        if (listed.count == expected->count || !is_piece(&ostep->heap, extent, piece))
            return HG_INVARIANT_LISTED;
        *ret_at = hg_offset(&ostep->heap, piece);
        if (ostep->settings.order == HG_ORDER_ADDRESS && before && before >= piece)
            return HG_INVARIANT_ORDER;
        add_to(&listed, *ret_at);
    }
    return listed.count == expected->count && listed.hash == expected->hash ? HG_INVARIANT_NONE
                                                                            : HG_INVARIANT_LISTED;
}

/* TAG of each block; then the list. */
bool hg_ostep_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect)
{
    struct book_reader reader = reader_of(heap, extent);
    enum hg_invariant broken = HG_INVARIANT_NONE;
    struct tally free_pieces = {0};
    struct hg_block block;
    uint64_t at = OSTEP_FIRST;

    for (; at < extent && !broken; at += broken ? 0 : block.size) {
        if (!read_block(&reader, at, &block))
            broken = HG_INVARIANT_TAG;
        else if (block.kind == HG_KIND_FREE)
            add_to(&free_pieces, at);
    }
    if (!broken) {
        at = 0;
        broken = check_list((const struct ostep *)heap, extent, &free_pieces, &at);
    }
    if (broken)
        *ret_defect = (struct hg_defect){broken, at};
    return !broken;
}

struct hg_list_info hg_ostep_list_info(const struct hg_settings *settings, unsigned variant,
                                       uint32_t list)
{
    (void)settings;
    (void)variant;
    (void)list;
    return hg_list_named(HG_LIST_ROLE_FREE_LIST, 0, "free");
}

struct hg_header_fields hg_ostep_header(const struct hg_settings *settings)
{
    static const struct hg_header_field fields[] = {
        {.name = "size",
         .meaning = "bytes of the block, header and padding included",
         .mask = ~(uint64_t)(OSTEP_UNIT - 1),
         .unit = OSTEP_UNIT,
         .size = sizeof(uint64_t),
         .kind = HG_HEADER_BYTES},
    };

    (void)settings;
    return (struct hg_header_fields){fields, sizeof fields / sizeof fields[0]};
}

uint64_t hg_ostep_served(const struct hg_settings *settings, unsigned variant, uint64_t block)
{
    (void)settings;
    (void)variant;
    return block > OSTEP_UNIT ? block - OSTEP_UNIT : 0;
}
