/* fast_read.c: the blocks and lists of a heap whose every byte may be wrong. */
#include "heap/fast/fast_read.h"

/* ---- Blocks ---- */

struct fast_frame hg_fast_frame(const struct hg_heap *heap, size_t extent)
{
    return (struct fast_frame){
        .fast = (const struct fast *)heap,
        .first = fast_first_at(heap->variant == HG_FAST_TLSF),
        .end = bits_align_down(extent, FAST_GRAIN) - FAST_HEADER,
    };
}

/* Whether a slab's header makes sense: its slots have a possible size, and it lies on pages. */
static bool can_be_slab(const struct fast_frame *frame, const struct fast_block *block)
{
    uint32_t slot = block->flags >> FAST_SLOT_SHIFT;
    uint64_t payload_at = hg_offset(&frame->fast->heap, block) + FAST_HEADER;

    return slot >= 1 && slot <= fast_classes(frame->fast) && payload_at % FAST_PAGE == 0 &&
           block->units > FAST_SLAB_OWN && (block->units - FAST_SLAB_OWN) % slot == 0 &&
           block->units <= FAST_PAGES_MOST * FAST_PAGE_GRAINS;
}

/* Whether the flags of `block` go together. */
static bool flags_make_sense(const struct fast_frame *frame, const struct fast_block *block)
{
    uint32_t kind = block->flags & ~(uint32_t)FAST_LEFT;

    switch (kind) {
    case 0:
    case FAST_USED:
    case FAST_USED | FAST_TABLE: return true;
    case FAST_USED | FAST_QUICK: return block->units <= FAST_QUICK_MOST;
    case FAST_USED | FAST_COUNTED:
        return block->units >= 2 && block->units <= fast_classes(frame->fast) + 1;
    default:
        kind &= ~(uint32_t)FAST_LISTED;
        return (kind & ((1u << FAST_SLOT_SHIFT) - 1)) == (FAST_USED | FAST_SLAB) &&
               can_be_slab(frame, block);
    }
}

const struct fast_block *hg_fast_read(const struct fast_frame *frame, uint64_t at)
{
    const struct fast_block *block = (const void *)((const char *)frame->fast + at);

    if (at < frame->first || at >= frame->end || (at - frame->first) % FAST_GRAIN ||
        frame->end - at < FAST_GRAIN)
        return NULL;
    if (block->units == 0 || fast_bytes(block->units) > frame->end - at)
        return NULL;
    return flags_make_sense(frame, block) ? block : NULL;
}

const struct fast_block *hg_fast_read_place(const struct fast_frame *frame, uint32_t place)
{
    return place ? hg_fast_read(frame, fast_bytes(place) - FAST_HEADER) : NULL;
}

/* ---- Tables ---- */

/* The payload of the table at `place`, if it has `size` bytes. */
static const void *read_table(const struct fast_frame *frame, uint32_t place, uint64_t size)
{
    uint64_t at = fast_bytes(place);

    if (place == 0 || at < sizeof(struct fast) || at > frame->end || size > frame->end - at)
        return NULL;
    return fast_payload_at(frame->fast, place);
}

bool hg_fast_read_bins(const struct fast_frame *frame)
{
    uint32_t rows = frame->fast->bin_rows;

    return rows <= FAST_ROWS && read_table(frame, frame->fast->bins, fast_bins_size(rows));
}

const struct fast_quick *hg_fast_read_quick(const struct fast_frame *frame)
{
    uint32_t most = frame->fast->quick_most;

    return most > FAST_QUICK_MOST ? NULL
                                  : read_table(frame, frame->fast->quick, fast_quick_size(most));
}

const uint8_t *hg_fast_read_map(const struct fast_frame *frame)
{
    const struct fast *fast = frame->fast;
    uint32_t classes = fast_classes(fast);

    if (fast->map <= classes ||
        !read_table(frame, fast->map - classes, fast_map_size(classes, fast->map_pages)))
        return NULL;
    return fast_map(fast);
}

const struct fast_class *hg_fast_read_class(const struct fast_frame *frame, uint32_t slot)
{
    return slot <= fast_classes(frame->fast) && hg_fast_read_map(frame)
               ? fast_class(frame->fast, slot)
               : NULL;
}

uint32_t hg_fast_read_list_for(const struct fast_frame *frame, uint32_t units)
{
    return hg_fast_read_bins(frame) ? fast_list_for(frame->fast, units) : (uint32_t)FAST_LOOSE;
}

uint32_t hg_fast_read_head(const struct fast_frame *frame, uint32_t list)
{
    const struct fast_quick *quick = hg_fast_read_quick(frame);

    if (list > FAST_LIST_SLOTS) {
        const struct fast_class *class = hg_fast_read_class(frame, list - FAST_LIST_SLOTS);

        return class ? class->partial : 0;
    }
    if (list > FAST_LIST_QUICK)
        return quick && list - FAST_LIST_QUICK <= frame->fast->quick_most
                   ? quick->heads[list - FAST_LIST_QUICK - 1]
                   : 0;
    if (list == FAST_LOOSE)
        return frame->fast->loose;
    return hg_fast_read_bins(frame) && list / FAST_BINS_PER_ROW < frame->fast->bin_rows
               ? *fast_bin_head(frame->fast, list, FAST_WATCHED)
               : 0;
}

/* Whether the head of a list can be read, or there is none yet. */
static bool can_read_head(const struct fast_frame *frame, uint32_t list)
{
    const struct fast *fast = frame->fast;

    if (list > FAST_LIST_SLOTS)
        return fast->map == 0 || hg_fast_read_map(frame);
    if (list > FAST_LIST_QUICK)
        return fast->quick == 0 || hg_fast_read_quick(frame);
    return list == FAST_LOOSE || fast->bins == 0 || hg_fast_read_bins(frame);
}

/* ---- Slots ---- */

/* Mark the slots that are linked from the slab's first on; false where a link makes no sense. */
static bool read_chain(const struct fast_slab *slab, struct fast_slots *slots)
{
    for (uint32_t at = slab->first; at; at = *fast_slot_link(slab, at)) {
        uint64_t index = (at - FAST_SLOTS_AT) / slots->size;

        if (at < FAST_SLOTS_AT || index >= slots->count || (at - FAST_SLOTS_AT) % slots->size ||
            fast_slot_is_free(slots, index)) {
            slots->onward = at;
            return false;
        }
        slots->is_free[index / 64] |= (uint64_t)1 << index % 64;
        slots->chained++;
    }
    return true;
}

void hg_fast_read_slots(const struct fast_frame *frame, const struct fast_slab *slab,
                        struct fast_slots *ret_slots)
{
    uint32_t slot = fast_slot_of(slab), count = fast_slots_in(slab->block.units, slot);
    bool is_listed = slab->block.flags & FAST_LISTED, is_sound;

    *ret_slots = (struct fast_slots){
        .at = hg_offset(&frame->fast->heap, slab + 1),
        .size = fast_bytes(slot),
        .count = count,
    };
    is_sound = read_chain(slab, ret_slots);
    ret_slots->is_sound = is_sound && slab->count == count &&
                          slab->end == fast_bytes(slab->block.units) &&
                          slab->until == (is_listed ? count - ret_slots->chained : 1) &&
                          (is_listed || ret_slots->chained == 0);
}

/* The block that starts at `at`, or the slab that has a slot, or its rest, there. */
static const struct fast_block *read_around(const struct fast_frame *frame, uint64_t at)
{
    const uint8_t *map = hg_fast_read_map(frame);
    uint64_t page = at / FAST_PAGE, back;
    const struct fast_block *block;

    if (at % FAST_GRAIN == FAST_HEADER)
        return hg_fast_read(frame, at);
    if (!map || page >= frame->fast->map_pages)
        return NULL;
    back = map[page];
    if (back == FAST_MAP_NOWHERE || back >= page)
        return NULL;
    block = hg_fast_read(frame, (page - back) * FAST_PAGE - FAST_HEADER);
    if (!block || !(block->flags & FAST_SLAB) ||
        at >= hg_offset(&frame->fast->heap, block) + fast_bytes(block->units))
        return NULL;
    return block;
}

/* ---- Walking ---- */

struct walker {
    struct fast_frame frame;
    hg_block_visitor *visitor;
    void *context;
    hg_list_visitor *list_visitor;
};

static bool visit(const struct walker *walker, struct hg_block block)
{
    return walker->visitor(walker->context, &block);
}

static bool visit_slot(const struct walker *walker, const struct fast_slots *slots, uint32_t index)
{
    bool is_free = fast_slot_is_free(slots, index);

    return visit(
        walker,
        (struct hg_block){
            .at = slots->at + index * slots->size,
            .size = slots->size,
            .list = is_free ? FAST_LIST_SLOTS + (uint32_t)(slots->size / FAST_GRAIN) : HG_NO_LIST,
            .kind = is_free ? HG_KIND_FREE : HG_KIND_USED,
        });
}

/* Visit the parts of a slab from the offset `from` on: its header, its slots, and what is too small
 * for another. */
static bool visit_slab(const struct walker *walker, const struct fast_slab *slab, uint64_t from)
{
    uint64_t at = hg_offset(&walker->frame.fast->heap, slab);
    uint64_t until = at + fast_bytes(slab->block.units), slots_end;
    struct fast_slots slots;

    hg_fast_read_slots(&walker->frame, slab, &slots);
    slots_end = slots.at + slots.count * slots.size;
    if (from == at && !visit(walker, hg_other_block(HG_KIND_BOOKKEEPING, at, slots.at)))
        return false;
    for (uint32_t index = 0; index < slots.count; index++) {
        if (slots.at + index * slots.size >= from && !visit_slot(walker, &slots, index))
            return false;
    }
    return slots_end == until ||
           visit(walker, hg_other_block(HG_KIND_BOOKKEEPING, slots_end, until));
}

static bool visit_block(const struct walker *walker, const struct fast_block *block, uint64_t from)
{
    uint64_t at = hg_offset(&walker->frame.fast->heap, block), size = fast_bytes(block->units);
    bool waits = block->flags & FAST_QUICK, is_free = fast_is_free(block);
    struct hg_block read = {.at = at,
                            .size = size,
                            .header = FAST_HEADER,
                            .list = HG_NO_LIST,
                            .kind = is_free || waits ? HG_KIND_FREE : HG_KIND_USED};

    if (block->flags & FAST_SLAB)
        return visit_slab(walker, (const void *)block, from);
    if (block->flags & FAST_TABLE)
        return visit(walker, hg_other_block(HG_KIND_BOOKKEEPING, at, at + size));
    if (waits)
        read.list = FAST_LIST_QUICK + block->units;
    if (is_free) {
        read.list = hg_fast_read_list_for(&walker->frame, block->units);
        read.footer = block->units > 1 ? FAST_FOOTER : 0;
    }
    return visit(walker, read);
}

/* Visit what there is from `from` up to the end marker. Returns where it ended: at the end marker
 * if all was visited. */
static uint64_t visit_blocks(const struct walker *walker, uint64_t from)
{
    const struct fast_frame *frame = &walker->frame;
    const struct fast_block *block;

    while (from < frame->end && (block = read_around(frame, from))) {
        if (!visit_block(walker, block, from))
            return UINT64_MAX;
        from = hg_offset(&frame->fast->heap, block) + fast_bytes(block->units);
    }
    return from;
}

void hg_fast_walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                  hg_block_visitor *visitor, void *context)
{
    struct walker walker = {
        .frame = hg_fast_frame(heap, extent), .visitor = visitor, .context = context};

    if (from == 0) {
        if (!visit(&walker, hg_other_block(HG_KIND_BOOKKEEPING, 0, walker.frame.first)))
            return;
        from = walker.frame.first;
    }
    from = visit_blocks(&walker, from);
    if (from < extent)
        visit(&walker,
              hg_other_block(from == walker.frame.end ? HG_KIND_BOOKKEEPING : HG_KIND_UNREADABLE,
                             from, extent));
}

/* ---- Lists ---- */

/* Whether a link in a slab that makes no sense leads back to a slot that was met. */
static bool leads_back(const struct fast_slots *slots)
{
    uint64_t from = slots->onward - FAST_SLOTS_AT;

    return slots->onward >= FAST_SLOTS_AT && from % slots->size == 0 &&
           from / slots->size < slots->count;
}

/* Visit the free slots of a slab in the order in which they are taken; then on to the next slab,
 * unless their chain does not end. */
static struct hg_list_end visit_free_slots(const struct walker *walker,
                                           const struct fast_slab *slab)
{
    uint32_t at = slab->first;
    struct fast_slots slots;

    hg_fast_read_slots(&walker->frame, slab, &slots);
    for (uint32_t i = 0; i < slots.chained; i++, at = *fast_slot_link(slab, at)) {
        if (!walker->list_visitor(walker->context, slots.at - FAST_SLOTS_AT + at))
            return hg_list_ends(HG_LIST_STOPPED, NULL);
    }
    if (slots.onward == 0)
        return hg_list_ends(HG_LIST_ENDED, NULL);
    return hg_list_ends(leads_back(&slots) ? HG_LIST_ENDLESS : HG_LIST_LOST,
                        (const char *)slab + slots.onward);
}

/* Visit a free block, or the free slots of a slab, on a list of such. */
static struct hg_list_end visit_listed(const struct walker *walker, const struct fast_block *block,
                                       bool has_slabs)
{
    bool is_slab = block->flags & FAST_SLAB;

    if (is_slab != has_slabs)
        return hg_list_ends(HG_LIST_LOST, &block->next);
    if (is_slab)
        return visit_free_slots(walker, (const void *)block);
    return hg_list_ends(
        walker->list_visitor(walker->context, hg_offset(&walker->frame.fast->heap, block))
            ? HG_LIST_ENDED
            : HG_LIST_STOPPED,
        NULL);
}

struct hg_list_end hg_fast_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                     hg_list_visitor *visitor, void *context)
{
    struct walker walker = {
        .frame = hg_fast_frame(heap, extent), .list_visitor = visitor, .context = context};
    uint64_t most = extent / FAST_GRAIN;
    uint32_t place = hg_fast_read_head(&walker.frame, list);

    if (!can_read_head(&walker.frame, list))
        return hg_list_ends(HG_LIST_UNREADABLE, NULL);
    for (; place && most > 0; most--) {
        const struct fast_block *block = hg_fast_read_place(&walker.frame, place);
        struct hg_list_end end;

        if (!block)
            return hg_list_ends(HG_LIST_LOST, fast_payload_at(walker.frame.fast, place));
        end = visit_listed(&walker, block, list > FAST_LIST_SLOTS);
        if (end.how != HG_LIST_ENDED)
            return end;
        place = block->next;
    }
    return place ? hg_list_ends(HG_LIST_ENDLESS, fast_payload_at(walker.frame.fast, place))
                 : hg_list_ends(HG_LIST_ENDED, NULL);
}
