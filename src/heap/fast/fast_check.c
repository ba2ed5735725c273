/* fast_check.c: what must hold in a fast heap, in the order in which it is looked at:
 *
 *  STATE       the tables can be read, and are blocks that say so
 *  TAG         a header's units and flags are possible, and its block ends in the heap
 *  LEFT_BIT    a header says truly whether the block to its left is used, or minimal
 *  FOOTER      a free block that is not minimal ends in its units
 *  NEIGHBOURS  no two free blocks are neighbours
 *  LINKED      the neighbours on its list of a free block, or of a slab with free slots, point back
 *  SLAB        a slab's counts and links agree on which of its slots are free
 *  MAP         the map leads from each page of a slab to it
 *  END         the end marker is used, and its flags are true too
 *  LISTED      following each list meets the blocks that belong there, each once
 *  BINS        a bit says of each bin, and of each row, whether it is empty; quick lists have one
 *              at least if they are not empty
 *  MAP         from no other page the map leads anywhere
 *  STATE       the counts of tables, of what waits, and of each class's pages and blocks hold */
#include "heap/fast/fast_check.h"

#include "heap/fast/fast_read.h"

struct tally {
    uint64_t count, hash;
};

struct checker {
    struct fast_frame frame;
    uint64_t at;                   /* where the block at hand starts */
    const struct fast_block *left; /* the one before it; NULL before the first */
    struct tally found, listed;    /* blocks that belong on a list, and those that are on it */
    uint32_t tables;
    struct fast_class classes[FAST_CLASSES]; /* pages, and blocks, as counted */
    uint32_t counted;                        /* as in the state */
    uint64_t waiting;                        /* grains, on quick lists */
};

static void tally_add(struct tally *tally, uint32_t list, uint64_t at)
{
    tally->count++;
    tally->hash += bits_mix(at + bits_mix(list));
}

/* ---- Blocks ---- */

/* The list that should hold `block`, or, of a slab, its free slots; HG_NO_LIST for none. */
static uint32_t list_of(const struct fast_frame *frame, const struct fast_block *block)
{
    if (block->flags & FAST_QUICK)
        return FAST_LIST_QUICK + block->units;
    if (block->flags & FAST_SLAB)
        return block->flags & FAST_LISTED ? FAST_LIST_SLOTS + (block->flags >> FAST_SLOT_SHIFT)
                                          : HG_NO_LIST;
    return fast_is_free(block) ? hg_fast_read_list_for(frame, block->units) : HG_NO_LIST;
}

/* Whether the block at `place` can be on `list`. */
static const struct fast_block *read_listed(const struct fast_frame *frame, uint32_t list,
                                            uint32_t place)
{
    const struct fast_block *block = hg_fast_read_place(frame, place);

    return block && list_of(frame, block) == list ? block : NULL;
}

static bool links_hold(const struct fast_frame *frame, uint32_t list,
                       const struct fast_block *block)
{
    uint32_t place = fast_place(frame->fast, block);
    const struct fast_block *next = read_listed(frame, list, block->next);
    const struct fast_block *prev = read_listed(frame, list, block->prev);

    if (block->next && (!next || next->prev != place))
        return false;
    if (block->prev)
        return prev && prev->next == place;
    return hg_fast_read_head(frame, list) == place;
}

/* What the LEFT flags to the right of `left` must say. */
static uint32_t left_flags(const struct fast_block *left)
{
    if (!left || fast_is_used(left))
        return FAST_LEFT_USED;
    return left->units == 1 ? FAST_LEFT_MINIMAL : 0;
}

static bool footer_holds(const struct fast_block *block)
{
    return block->units == 1 || *fast_footer_before(fast_right(block)) == block->units;
}

static bool map_leads_to(const struct fast_frame *frame, const struct fast_block *slab)
{
    const uint8_t *map = hg_fast_read_map(frame);
    uint32_t first = fast_place(frame->fast, slab) / FAST_PAGE_GRAINS;
    uint32_t pages = fast_slab_pages(slab->units);

    if (!map || first + pages > frame->fast->map_pages)
        return false;
    for (uint32_t page = 0; page < pages; page++) {
        if (map[first + page] != page)
            return false;
    }
    return true;
}

static enum hg_invariant check_slab(struct checker *checker, const struct fast_block *block)
{
    const struct fast_slab *slab = (const void *)block;
    struct fast_slots slots;

    hg_fast_read_slots(&checker->frame, slab, &slots);
    if (!slots.is_sound)
        return HG_INVARIANT_SLAB;
    fast_class_add(&checker->classes[fast_slot_of(slab) - 1], fast_slab_pages(block->units));
    return map_leads_to(&checker->frame, block) ? HG_INVARIANT_NONE : HG_INVARIANT_MAP;
}

static void tally_counted(struct checker *checker, uint32_t slot)
{
    if (fast_is_large(slot))
        checker->classes[slot - 1].counted++;
    else
        checker->counted += fast_count_of_one(slot);
}

/* The first invariant that `block`, whose header can be read, breaks. */
static enum hg_invariant check_block(struct checker *checker, const struct fast_block *block)
{
    uint32_t list = list_of(&checker->frame, block);

    if ((block->flags & FAST_LEFT) != left_flags(checker->left))
        return HG_INVARIANT_LEFT_BIT;
    if (fast_is_free(block) && !footer_holds(block))
        return HG_INVARIANT_FOOTER;
    if (fast_is_free(block) && checker->left && fast_is_free(checker->left))
        return HG_INVARIANT_NEIGHBOURS;
    if (list != HG_NO_LIST) {
        tally_add(&checker->found, list, checker->at);
        if (!(block->flags & FAST_QUICK) && !links_hold(&checker->frame, list, block))
            return HG_INVARIANT_LINKED;
    }
    checker->tables += (block->flags & FAST_TABLE) != 0;
    checker->waiting += block->flags & FAST_QUICK ? block->units : 0;
    if (block->flags & FAST_COUNTED)
        tally_counted(checker, block->units - 1);
    return block->flags & FAST_SLAB ? check_slab(checker, block) : HG_INVARIANT_NONE;
}

static enum hg_invariant check_blocks(struct checker *checker)
{
    enum hg_invariant broken = HG_INVARIANT_NONE;

    for (checker->at = checker->frame.first; checker->at < checker->frame.end;) {
        const struct fast_block *block = hg_fast_read(&checker->frame, checker->at);

        broken = block ? check_block(checker, block) : HG_INVARIANT_TAG;
        if (broken)
            return broken;
        checker->left = block;
        checker->at += fast_bytes(block->units);
    }
    return broken;
}

static bool end_holds(const struct checker *checker)
{
    const struct fast_block *end =
        (const void *)((const char *)checker->frame.fast + checker->frame.end);

    return checker->frame.end + FAST_HEADER == checker->frame.fast->heap.size && end->units == 0 &&
           end->flags == (FAST_USED | left_flags(checker->left));
}

/* ---- Lists ---- */

static void tally_list(struct checker *checker, uint32_t list)
{
    const struct fast_frame *frame = &checker->frame;
    const struct fast_block *block;

    for (uint32_t place = hg_fast_read_head(frame, list);
         checker->listed.count <= checker->found.count && (block = read_listed(frame, list, place));
         place = block->next)
        tally_add(&checker->listed, list, hg_offset(&frame->fast->heap, block));
}

static bool lists_hold(struct checker *checker)
{
    for (uint32_t list = 0; list < FAST_LISTS; list++)
        tally_list(checker, list);
    return checker->listed.count == checker->found.count &&
           checker->listed.hash == checker->found.hash;
}

/* Whether the bits of a row say truly which of its bins, from this one on, are in use. */
static bool row_holds(uint32_t in_use, const uint32_t *heads)
{
    for (unsigned i = 0; i < FAST_BINS_PER_ROW; i++) {
        if ((in_use >> i & 1) != (heads[i] != 0))
            return false;
    }
    return true;
}

static bool bins_hold(const struct fast_frame *frame)
{
    struct fast_bins bins = fast_bins(frame->fast);
    uint32_t count = hg_fast_read_bins(frame) ? frame->fast->bin_rows : 0, rows_in_use = 0;

    for (uint32_t row = 0; row < count; row++) {
        if (!row_holds(bins.rows[row], bins.heads + row * FAST_BINS_PER_ROW))
            return false;
        rows_in_use |= (uint32_t)(bins.rows[row] != 0) << row;
    }
    return frame->fast->rows_in_use == rows_in_use;
}

/* Whether the group of a quick list that is not empty has its bit. */
static bool quick_holds(const struct fast_frame *frame)
{
    const struct fast_quick *quick = hg_fast_read_quick(frame);

    for (uint32_t units = 1; quick && units <= frame->fast->quick_most; units++) {
        if (quick->heads[units - 1] != 0 && !(frame->fast->waiting >> units / FAST_QUICK_GROUP & 1))
            return false;
    }
    return true;
}

/* ---- Tables and counts ---- */

static bool is_table(const struct fast_frame *frame, uint32_t place, uint64_t size)
{
    const struct fast_block *block = hg_fast_read_place(frame, place);

    return block && block->flags & FAST_TABLE && size <= fast_bytes(block->units) - FAST_HEADER;
}

static bool bins_are_there(const struct fast_frame *frame)
{
    const struct fast *fast = frame->fast;
    uint32_t rows = fast->bin_rows;

    if (!fast->bins)
        return fast->bin_rows == 0;
    if (!hg_fast_read_bins(frame))
        return false;
    return fast_bytes(fast->bins) < frame->first ||
           is_table(frame, fast->bins, fast_bins_size(rows));
}

/* Whether the tables that the state speaks of can be read. */
static bool tables_hold(const struct fast_frame *frame)
{
    const struct fast *fast = frame->fast;

    if (!bins_are_there(frame))
        return false;
    if (fast->quick ? !hg_fast_read_quick(frame) ||
                          !is_table(frame, fast->quick, fast_quick_size(fast->quick_most))
                    : fast->quick_most != 0)
        return false;
    if (!fast->map)
        return fast->map_pages == 0;
    return hg_fast_read_map(frame) && is_table(frame, fast->map - fast_classes(fast),
                                               fast_map_size(fast_classes(fast), fast->map_pages));
}

/* Whether the map leads from no more pages than slabs have. */
static bool map_holds(const struct checker *checker)
{
    const uint8_t *map = hg_fast_read_map(&checker->frame);
    uint32_t surplus = 0;

    for (uint32_t page = 0; map && page < checker->frame.fast->map_pages; page++)
        surplus += map[page] != FAST_MAP_NOWHERE;
    for (unsigned i = 0; i < FAST_CLASSES; i++)
        surplus -= checker->classes[i].pages;
    return surplus == 0;
}

/* How many blocks are tables. */
static uint32_t tables_of(const struct fast_frame *frame)
{
    const struct fast *fast = frame->fast;

    return fast_is_tlsf(fast) ? 0 : 0u + (fast->bins != 0) + (fast->quick != 0) + (fast->map != 0);
}

/* Whether the slab at `place`, if there is one, has slots of `slot` grains. */
static bool newest_holds(const struct fast_frame *frame, uint32_t slot, uint32_t place)
{
    const struct fast_block *block = hg_fast_read_place(frame, place);

    return !place || (block && block->flags & FAST_SLAB && block->flags >> FAST_SLOT_SHIFT == slot);
}

static bool class_holds(const struct checker *checker, uint32_t slot)
{
    const struct fast_class *class = hg_fast_read_class(&checker->frame, slot);
    const struct fast_class *found = &checker->classes[slot - 1];

    if (!class)
        return found->pages == 0 && found->counted == 0;
    return class->pages == found->pages && class->counted == found->counted &&
           newest_holds(&checker->frame, slot, class->newest);
}

/* Whether all payloads of just those small classes are slots that have slabs, or of all. */
static bool slotted_holds(const struct checker *checker)
{
    const struct fast *fast = checker->frame.fast;
    uint32_t slotted = 0;

    for (unsigned i = 0; fast->map && i < FAST_SMALL_CLASSES; i++)
        slotted |= (uint32_t)(checker->classes[i].pages > 0 || fast->small == FAST_ALL_SMALL) << i;
    return fast->slotted == slotted &&
           fast->heap.straight_slots == (fast->heap.straight ? slotted : 0);
}

static bool counts_hold(const struct checker *checker)
{
    for (uint32_t slot = 1; slot <= FAST_CLASSES; slot++) {
        if (!class_holds(checker, slot))
            return false;
    }
    return checker->counted == checker->frame.fast->counted && slotted_holds(checker) &&
           checker->tables == tables_of(&checker->frame) &&
           checker->waiting == fast_quick_waiting(checker->frame.fast);
}

bool hg_fast_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect)
{
    struct checker checker = {.frame = hg_fast_frame(heap, extent)};
    enum hg_invariant broken = HG_INVARIANT_STATE;

    if (tables_hold(&checker.frame))
        broken = check_blocks(&checker);
    if (!broken && !end_holds(&checker))
        broken = HG_INVARIANT_END;
    if (!broken && !lists_hold(&checker))
        broken = HG_INVARIANT_LISTED;
    if (!broken && !(bins_hold(&checker.frame) && quick_holds(&checker.frame)))
        broken = HG_INVARIANT_BINS;
    if (!broken && !map_holds(&checker))
        broken = HG_INVARIANT_MAP;
    if (!broken && !counts_hold(&checker))
        broken = HG_INVARIANT_STATE;
    if (broken)
        *ret_defect = (struct hg_defect){broken, checker.at};
    return !broken;
}
