/* glibc_read.c: a heap of the C library's read back: its blocks and lists, and whether it is whole.
 *
 * It may be that of the process itself or another's: all that is read lies in the bytes from
 * glibc->start on, in the arena, and in the thread cache; what the links there say are addresses of
 * the process whose heap it is. */
#include <string.h>

#include "kind/glibc.h"

/* ---- Walking ---- */

/* What a block is by the list that it is on: one that waits in a cache is free, though its header
 * does not say so. */
static void judge(struct hg_block *block, uint32_t list)
{
    if (block->kind == HG_KIND_USED && list != HG_NO_LIST && glibc_list_is_cache(list))
        block->kind = HG_KIND_FREE;
    if (block->kind == HG_KIND_FREE)
        block->list = list != HG_NO_LIST ? list : glibc_bin_list(block->size);
}

/* Visit the blocks from `from` on, with their lists where those are known. */
static void walk_blocks(const struct glibc *glibc, size_t extent, uint64_t from,
                        hg_block_visitor *visitor, void *context)
{
    struct glibc_marks marks = {.odd = UINT64_MAX};
    bool more = true;

    if (glibc->layout)
        marks = glibc_marks_begin(glibc, extent, from, true);
    while (more && from < extent) {
        struct hg_block block = glibc_read_block(glibc, extent, from);

        if (glibc->layout)
            judge(&block, glibc_marks_take(&marks, from, block.size));
        more = visitor(context, &block);
        from += block.size;
    }
    if (glibc->layout)
        glibc_marks_end(&marks);
}

void glibc_walk(const void *heap, size_t extent, uint64_t from, hg_block_visitor *visitor,
                void *context)
{
    const struct glibc *glibc = heap;
    bool more = true;

    if (from < glibc->own) {
        struct hg_block own = {.size = glibc->own < extent ? glibc->own : extent,
                               .list = HG_NO_LIST,
                               .kind = HG_KIND_BOOKKEEPING};

        more = extent > 0 && visitor(context, &own);
        from = glibc->own;
    }
    if (more)
        walk_blocks(glibc, extent, from, visitor, context);
}

void glibc_walk_changed(const void *heap, size_t extent, uint64_t from, hg_block_visitor *visitor,
                        void *context)
{
    const struct glibc *glibc = heap;
    bool more = true;

    while (more && from < extent) {
        struct hg_block block = glibc_read_block(glibc, extent, from);

        judge(&block, glibc_was_sorted(glibc, from) ? glibc_bin_list(block.size)
                                                    : glibc_find_list(glibc, extent, &block));
        more = visitor(context, &block);
        from += block.size;
    }
}

struct hg_list_end glibc_walk_known_list(const void *heap, size_t extent, uint32_t list,
                                         hg_list_visitor *visitor, void *context)
{
    const struct glibc *glibc = heap;

    if (glibc->layout)
        return glibc_walk_list(glibc, extent, list, visitor, context);
    return (struct hg_list_end){.how = HG_LIST_ENDED};
}

/* ---- Looking for damage ---- */

struct checker {
    const struct glibc *glibc;
    struct hg_defect *defect;
    bool left_is_free; /* and waits in no cache */
};

static bool fail(const struct checker *checker, enum hg_invariant invariant, uint64_t at)
{
    *checker->defect = (struct hg_defect){.broken = invariant, .at = at};
    return false;
}

static bool check_block(void *context, const struct hg_block *block)
{
    struct checker *checker = context;
    bool is_free = block->kind == HG_KIND_FREE && !glibc_list_is_cache(block->list);
    uint64_t footer;

    if (block->kind == HG_KIND_UNREADABLE)
        return fail(checker, HG_INVARIANT_TAG, block->at);
    if (is_free && checker->left_is_free)
        return fail(checker, HG_INVARIANT_NEIGHBOURS, block->at);
    if (block->footer) {
        memcpy(&footer, checker->glibc->start + block->at + block->size - GLIBC_WORD, GLIBC_WORD);
        if (footer != block->size)
            return fail(checker, HG_INVARIANT_FOOTER, block->at);
    }
    checker->left_is_free = is_free;
    return true;
}

bool glibc_check(const void *heap, size_t extent, struct hg_defect *ret_defect)
{
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    struct checker checker = {.glibc = heap, .defect = &defect};

    glibc_walk(heap, extent, 0, check_block, &checker);
    if (defect.broken == HG_INVARIANT_NONE && checker.glibc->layout)
        glibc_check_lists(checker.glibc, extent, &defect);
    if (defect.broken != HG_INVARIANT_NONE)
        *ret_defect = defect;
    return defect.broken == HG_INVARIANT_NONE;
}

/* ---- Describing ---- */

/* The lists; where they are not known, the heap cannot tell what hangs on them. */
static void describe_lists(const struct glibc *glibc, struct kind_description *description)
{
    if (!glibc || !glibc->layout) {
        description->capabilities &= ~(uint32_t)(KIND_LISTS | KIND_TELLS_FREE | KIND_INFERS);
        return;
    }
    for (uint32_t list = 0; list < glibc_list_count(glibc); list++) {
        struct hg_list_info info = glibc_list_info(list);

        description_add_list(description, &info);
    }
}

void glibc_describe_chunks(const struct glibc *glibc, struct kind_description *description)
{
    static const struct hg_header_field fields[] = {
        {.name = "size",
         .meaning = "bytes from this word to the next block's",
         .mask = ~(uint64_t)GLIBC_FLAGS,
         .unit = GLIBC_FLAGS + 1,
         .size = GLIBC_WORD,
         .kind = HG_HEADER_BYTES},
        {.name = "P",
         .meaning = "whether the block to the left is in use, or waits in a cache",
         .words = {"left free", "left used"},
         .mask = GLIBC_LEFT_USED,
         .size = GLIBC_WORD,
         .kind = HG_HEADER_FLAG},
        {.name = "M",
         .meaning = "the block is a mapping of its own",
         .words = {NULL, "mapped"},
         .mask = GLIBC_MAPPED,
         .size = GLIBC_WORD,
         .kind = HG_HEADER_FLAG},
        {.name = "A",
         .meaning = "the block is not of the main arena",
         .words = {NULL, "other arena"},
         .mask = GLIBC_ELSEWHERE,
         .size = GLIBC_WORD,
         .kind = HG_HEADER_FLAG},
    };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        description_add_field(description, &fields[i]);
    describe_lists(glibc, description);
}
