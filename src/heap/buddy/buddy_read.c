/* buddy_read.c: see buddy_read.h. The invariants, in the order in which they are looked at:
 *
 *  END         the end marker is used
 *  TAG         an order is possible, its block starts at a multiple of its size, and ends in the
 *              region
 *  NEIGHBOURS  no two buddies of the same order are free
 *  LINKED      a free block's neighbours on the list point back to it
 *  LISTED      following each list meets the free blocks of its order, each once
 *  STATE       the count of free blocks is true */
#include "heap/buddy/buddy_read.h"

#include "base/bits.h"

/* A heap as far as it can be relied on. */
struct frame {
    const struct buddy *buddy;
    uint64_t region; /* bytes */
};

static struct frame frame_of(const struct hg_heap *heap, size_t extent)
{
    return (struct frame){(const struct buddy *)heap, buddy_region(extent)};
}

/* Read the block at `at` bytes from the base; false if there can be none. */
static bool read_block(const struct frame *frame, uint64_t at, struct hg_block *ret_block)
{
    const struct buddy_block *block;
    unsigned order;
    bool used;

    if (at % buddy_size(BUDDY_LEAST_ORDER) || at > frame->region ||
        frame->region - at < buddy_size(BUDDY_LEAST_ORDER))
        return false;
    block = buddy_at(frame->buddy, at);
    order = buddy_order(block);
    used = block->tag & BUDDY_USED;
    if (block->tag & ~(uint64_t)(BUDDY_USED | BUDDY_ORDER_MASK) || order < BUDDY_LEAST_ORDER ||
        order > BUDDY_MOST_ORDER || at % buddy_size(order) ||
        buddy_size(order) > frame->region - at)
        return false;
    *ret_block = (struct hg_block){
        .at = BUDDY_BASE + at,
        .size = buddy_size(order),
        .header = BUDDY_TAG,
        .list = used ? HG_NO_LIST : order - BUDDY_LEAST_ORDER,
        .kind = used ? HG_KIND_USED : HG_KIND_FREE,
    };
    return true;
}

void hg_buddy_walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                   hg_block_visitor *visitor, void *context)
{
    struct frame frame = frame_of(heap, extent);
    uint64_t end = BUDDY_BASE + frame.region;
    struct hg_block block = hg_other_block(HG_KIND_BOOKKEEPING, 0, BUDDY_BASE);

    if (from == 0) {
        if (!visitor(context, &block))
            return;
        from = BUDDY_BASE;
    }
    for (; from < end; from += block.size) {
        if (!read_block(&frame, from - BUDDY_BASE, &block))
            block = hg_other_block(HG_KIND_UNREADABLE, from, extent);
        if (!visitor(context, &block))
            return;
    }
    if (from == end) {
        block = hg_other_block(HG_KIND_BOOKKEEPING, end, extent);
        visitor(context, &block);
    }
}

/* Whether `block` can be a free block of this order, so that its links may be read. */
static bool can_be_listed(const struct frame *frame, const struct buddy_block *block,
                          unsigned order)
{
    struct hg_block read;

    return read_block(frame, buddy_place(frame->buddy, block), &read) &&
           read.kind == HG_KIND_FREE && read.size == buddy_size(order);
}

struct hg_list_end hg_buddy_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                      hg_list_visitor *visitor, void *context)
{
    struct frame frame = frame_of(heap, extent);
    unsigned order = BUDDY_LEAST_ORDER + list;
    uint64_t most = frame.region >> order;
    const struct buddy_block *block = frame.buddy->heads[list];

    for (; block && most > 0; block = block->next, most--) {
        if (!can_be_listed(&frame, block, order))
            return hg_list_ends(HG_LIST_LOST, block);
        if (!visitor(context, hg_offset(heap, block)))
            return hg_list_ends(HG_LIST_STOPPED, NULL);
    }
    return hg_list_ends(block ? HG_LIST_ENDLESS : HG_LIST_ENDED, block);
}

/* ---- Checking ---- */

struct tally {
    uint64_t count, hash;
};

static void tally_add(struct tally *tally, uint64_t at)
{
    tally->count++;
    tally->hash += bits_mix(at);
}

static bool links_hold(const struct frame *frame, const struct buddy_block *block, unsigned order)
{
    const struct buddy_block *next = block->next, *prev = block->prev;

    if (next && (!can_be_listed(frame, next, order) || next->prev != block))
        return false;
    if (prev)
        return can_be_listed(frame, prev, order) && prev->next == block;
    return frame->buddy->heads[order - BUDDY_LEAST_ORDER] == block;
}

static bool buddy_is_free(const struct frame *frame, uint64_t at, uint64_t size)
{
    struct hg_block other;

    return read_block(frame, at ^ size, &other) && other.kind == HG_KIND_FREE && other.size == size;
}

/* The first invariant that the block at `at` breaks. */
static enum hg_invariant check_block(const struct frame *frame, uint64_t at,
                                     struct hg_block *ret_read)
{
    const struct buddy_block *block = buddy_at(frame->buddy, at);

    if (!read_block(frame, at, ret_read))
        return HG_INVARIANT_TAG;
    if (ret_read->kind == HG_KIND_USED)
        return HG_INVARIANT_NONE;
    if (buddy_is_free(frame, at, ret_read->size))
        return HG_INVARIANT_NEIGHBOURS;
    return links_hold(frame, block, buddy_order(block)) ? HG_INVARIANT_NONE : HG_INVARIANT_LINKED;
}

static void tally_list(const struct frame *frame, unsigned order, uint64_t most,
                       struct tally *tally)
{
    for (const struct buddy_block *block = frame->buddy->heads[order - BUDDY_LEAST_ORDER];
         block && tally->count <= most && can_be_listed(frame, block, order); block = block->next)
        tally_add(tally, buddy_place(frame->buddy, block));
}

/* The end marker is at a multiple of the smallest block from the base, and used. */
static bool end_holds(const struct frame *frame)
{
    return frame->region % buddy_size(BUDDY_LEAST_ORDER) == 0 &&
           buddy_at(frame->buddy, frame->region)->tag == BUDDY_USED;
}

bool hg_buddy_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect)
{
    struct frame frame = frame_of(heap, extent);
    enum hg_invariant broken = end_holds(&frame) ? HG_INVARIANT_NONE : HG_INVARIANT_END;
    struct tally free = {0}, listed = {0};
    struct hg_block read = {0};
    uint64_t at;

    for (at = 0; !broken && at < frame.region; at += read.size) {
        broken = check_block(&frame, at, &read);
        if (broken)
            break;
        if (read.kind == HG_KIND_FREE)
            tally_add(&free, at);
    }
    for (unsigned order = BUDDY_LEAST_ORDER; !broken && order <= BUDDY_MOST_ORDER; order++)
        tally_list(&frame, order, free.count, &listed);
    if (!broken && (listed.count != free.count || listed.hash != free.hash))
        broken = HG_INVARIANT_LISTED;
    if (!broken && frame.buddy->free_count != free.count)
        broken = HG_INVARIANT_STATE;
    if (broken)
        *ret_defect = (struct hg_defect){broken, BUDDY_BASE + at};
    return !broken;
}
