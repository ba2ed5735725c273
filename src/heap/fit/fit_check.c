/* fit_check.c: the invariants of the teaching engine, in the order in which they are looked at:
 *
 *  STATE       the list's ends are both NULL or both blocks, and its count is that of the free
 *              blocks
 *  TAG         sizes are multiples of the alignment, from min_block up, and blocks tile the heap
 *  LEFT_BIT    "the block to the left is used" is set exactly where it is (free-only), or never
 *              (all)
 *  FOOTER      a footer repeats its block's size and used flag
 *  CANARY      header words behind the tag hold the canary
 *  NEIGHBOURS  no two free blocks lie side by side (immediate coalescing)
 *  LINKED      a free block's neighbours on the list point back to it
 *  END         the end marker has size 0, is used, and knows its left neighbour
 *  LISTED      following the list from its head meets each free block once, and nothing else
 *  ORDER       addresses or sizes along the list rise or fall as the order says
 *  ROVER       the rover is NULL or on the list
 *
 * Sets of blocks are compared by their number and by a sum of hashes, which needs no memory: for a
 * wrong set to pass, a sum of 64-bit hashes would have to collide. */
#include "heap/fit/fit_check.h"

#include "base/bits.h"
#include "heap/fit/fit_read.h"

struct tally {
    uint64_t count;
    uint64_t hash;
};

struct checker {
    struct fit_frame frame;
    struct tally free; /* the free blocks met in address order */
    bool left_used;    /* whether the block before the one at hand is used */
    uint64_t at;       /* the offset of the block at hand */
};

static void tally_add(struct tally *tally, uint64_t at)
{
    tally->count++;
    tally->hash += bits_mix(at);
}

static const struct hg_settings *settings_of(const struct checker *checker)
{
    return &checker->frame.fit->settings;
}

static const struct fit_block *block_at(const struct checker *checker, uint64_t at)
{
    return fit_at(checker->frame.fit, (ptrdiff_t)at);
}

/* Whether `block` is where a block of this heap can start, so that its links may be read. */
static bool is_block(const struct checker *checker, const struct fit_block *block)
{
    return hg_fit_can_start(&checker->frame, hg_offset(&checker->frame.fit->heap, block));
}

static bool left_bit_holds(const struct checker *checker, uint64_t tag)
{
    bool expected = checker->left_used && !checker->frame.layout.used_footer;

    return ((tag & FIT_LEFT_USED) != 0) == expected;
}

static bool footer_holds(const struct fit_block *block, const struct hg_block *read)
{
    uint64_t footer = fit_left_footer(fit_at(block, (ptrdiff_t)read->size));

    return read->footer == 0 || footer == (read->size | (block->tag & FIT_USED));
}

static bool canary_holds(const struct fit_block *block, size_t header)
{
    for (size_t word = 1; word < header / sizeof(uint64_t); word++) {
        if (block[word].tag != FIT_CANARY)
            return false;
    }
    return true;
}

static bool links_hold(const struct checker *checker, const struct fit_block *block)
{
    const struct fit *fit = checker->frame.fit;
    const struct fit_layout *layout = &checker->frame.layout;
    struct fit_links links = *fit_links(layout, block);

    if (links.next &&
        (!is_block(checker, links.next) || fit_links(layout, links.next)->prev != block))
        return false;
    if (links.prev &&
        (!is_block(checker, links.prev) || fit_links(layout, links.prev)->next != block))
        return false;
    return (links.next || fit->tail == block) && (links.prev || fit->head == block);
}

/* The first invariant that the block at hand breaks. */
static enum hg_invariant check_block(struct checker *checker, struct hg_block *ret_read)
{
    const struct fit_block *block = block_at(checker, checker->at);
    bool immediate = settings_of(checker)->coalesce == HG_COALESCE_IMMEDIATE;
    enum { SPARE_FLAG = FIT_FLAGS & ~(FIT_USED | FIT_LEFT_USED) };

    if (!hg_fit_read(&checker->frame, checker->at, ret_read) || block->tag & SPARE_FLAG)
        return HG_INVARIANT_TAG;
    if (!left_bit_holds(checker, block->tag))
        return HG_INVARIANT_LEFT_BIT;
    if (!footer_holds(block, ret_read))
        return HG_INVARIANT_FOOTER;
    if (!canary_holds(block, checker->frame.layout.header))
        return HG_INVARIANT_CANARY;
    if (ret_read->kind == HG_KIND_USED)
        return HG_INVARIANT_NONE;
    if (immediate && !checker->left_used)
        return HG_INVARIANT_NEIGHBOURS;
    return links_hold(checker, block) ? HG_INVARIANT_NONE : HG_INVARIANT_LINKED;
}

static enum hg_invariant check_blocks(struct checker *checker)
{
    struct hg_block read;
    enum hg_invariant broken;
    uint64_t end_tag;

    checker->left_used = true;
    for (checker->at = checker->frame.first; checker->at < checker->frame.end;
         checker->at += read.size) {
        broken = check_block(checker, &read);
        if (broken)
            return broken;
        checker->left_used = read.kind == HG_KIND_USED;
        if (read.kind == HG_KIND_FREE)
            tally_add(&checker->free, checker->at);
    }
    end_tag = block_at(checker, checker->frame.end)->tag;
    if ((end_tag & ~(uint64_t)FIT_LEFT_USED) != FIT_USED || !left_bit_holds(checker, end_tag))
        return HG_INVARIANT_END;
    return HG_INVARIANT_NONE;
}

static bool order_holds(const struct checker *checker, const struct fit_block *before,
                        const struct fit_block *block)
{
    switch ((enum hg_order)settings_of(checker)->order) {
    case HG_ORDER_LIFO:
    case HG_ORDER_FIFO: return true;
    case HG_ORDER_ADDRESS: return before < block;
    case HG_ORDER_SIZE_UP: return fit_size(before) <= fit_size(block);
    case HG_ORDER_SIZE_DOWN: return fit_size(before) >= fit_size(block);
    }
    return true;
}

static enum hg_invariant check_list(struct checker *checker)
{
    const struct fit *fit = checker->frame.fit;
    const struct fit_block *before = NULL;
    struct tally listed = {0};
    bool met_rover = !fit->rover;

    for (const struct fit_block *block = fit->head; block;
         before = block, block = fit_links(&checker->frame.layout, block)->next) {
        checker->at = hg_offset(&fit->heap, block);
        if (listed.count == checker->free.count || !is_block(checker, block) || fit_is_used(block))
            return HG_INVARIANT_LISTED;
        if (before && !order_holds(checker, before, block))
            return HG_INVARIANT_ORDER;
        tally_add(&listed, checker->at);
        met_rover = met_rover || block == fit->rover;
    }
    if (listed.count != checker->free.count || listed.hash != checker->free.hash)
        return HG_INVARIANT_LISTED;
    return met_rover ? HG_INVARIANT_NONE : HG_INVARIANT_ROVER;
}

static bool state_holds(const struct checker *checker)
{
    const struct fit *fit = checker->frame.fit;
    const struct fit_layout *own = &fit->layout, *layout = &checker->frame.layout;

    return own->header == layout->header && own->alignment == layout->alignment &&
           own->min_block == layout->min_block && own->used_footer == layout->used_footer &&
           !fit->head == !fit->tail && hg_offset(&fit->heap, fit->first) == checker->frame.first &&
           fit->first[-1].tag == FIT_USED && fit->free_count == checker->free.count;
}

bool hg_fit_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect)
{
    struct checker checker = {.frame = hg_fit_frame(heap, extent)};
    enum hg_invariant broken = check_blocks(&checker);

    if (!broken)
        broken = check_list(&checker);
    if (!broken && !state_holds(&checker)) {
        checker.at = 0;
        broken = HG_INVARIANT_STATE;
    }
    if (broken)
        *ret_defect = (struct hg_defect){.broken = broken, .at = checker.at};
    return !broken;
}
