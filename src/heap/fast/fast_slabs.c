/* fast_slabs.c: making slabs and giving them back. */
#include "heap/fast/fast_slabs.h"

#include <string.h>

enum {
    POPULAR = 6,     /* blocks of a size in use at once, before it gets slabs */
    LEAST_SLOTS = 4, /* in a slab */
    SHARE = 8,       /* a new slab is as large as this part of its class's */
    PAGES_NEW = 2,   /* but not larger than that */
};

_Static_assert(POPULAR < 1 << FAST_COUNT_BITS, "they can be counted");

/* ---- The map ---- */

/* Make the map lead from each page of the slab to it, or, with `clear`, nowhere. */
static void write_map(const struct fast *fast, const struct fast_slab *slab, bool clear)
{
    uint8_t *back = fast_map(fast)->back + fast_place(fast, &slab->block) / FAST_PAGE_GRAINS;
    uint32_t pages = fast_slab_pages(slab->block.units);

    for (uint32_t page = 0; page < pages; page++)
        back[page] = clear ? 0 : (uint8_t)(page + 1);
}

/* Make sure that the map reaches wherever a slab that takes `pages` more may come to lie. */
static bool cover(struct fast *fast, uint32_t pages)
{
    uint32_t most = (uint32_t)(fast->heap.size / FAST_PAGE) + pages + 2;

    return most <= fast->map_pages || hg_fast_make_map(fast, most + most / 8);
}

/* ---- Slots ---- */

/* The slots of a new slab: as many as fit into its share of pages. */
static uint32_t slots_for_new(const struct fast *fast, uint32_t slot)
{
    uint32_t pages = fast_class(fast, slot)->pages / SHARE;
    uint32_t least = fast_slab_pages(fast_slab_units(LEAST_SLOTS, slot));

    if (pages > PAGES_NEW)
        pages = PAGES_NEW;
    return fast_slots_in((pages > least ? pages : least) * FAST_PAGE_GRAINS, slot);
}

/* `slab`, of which no slot is free, has `count` more from now on, all of them free. */
static void add_slots(struct fast *fast, struct fast_slab *slab, uint32_t count)
{
    uint32_t slot = fast_slot_of(slab), slots_at = fast_slab_units(slab->count, slot);

    slab->free = (uint16_t)count;
    slab->count = (uint16_t)(slab->count + count);
    write_map(fast, slab, false);
    fast_slab_push(fast, slab);
    if (fast_is_watched(fast))
        hg_emit_list(&fast->heap, HG_EVENT_CARVE, FAST_LIST_SLOTS + slot,
                     (char *)slab + fast_bytes(slots_at) - FAST_HEADER, fast_bytes(count * slot),
                     fast_bytes(slot));
}

/* A new slab, or `may_grow` is false and there is no free block for it; NULL, too, if there is no
 * memory for it or for the map. */
static bool make_slab(struct fast *fast, uint32_t slot, bool may_grow)
{
    uint32_t count = slots_for_new(fast, slot), units = fast_slab_units(count, slot);
    struct fast_need need = {.units = units, .alignment = FAST_PAGE_GRAINS};
    struct fast_slab *slab = (void *)hg_fast_obtain_aligned(fast, &need, may_grow);

    if (!slab)
        return false;
    fast_tell(fast, HG_EVENT_RESERVE, &slab->block, units, 0);
    slab->block.flags |= FAST_SLAB | slot << FAST_SLOT_SHIFT;
    slab->count = 0;
    slab->first = 0;
    slab->fresh = FAST_SLOTS_AT;
    fast_class(fast, slot)->newest = fast_place(fast, &slab->block);
    fast_class(fast, slot)->pages += fast_slab_pages(units);
    add_slots(fast, slab, count);
    return true;
}

/* How many slots the slab may get: a page of them, as long as 16 bits reach them, and, of a free
 * block to the right, no more than that has. */
static uint32_t slots_to_add(const struct fast_slab *slab)
{
    enum { MOST = FAST_PAGES_MOST * FAST_PAGE_GRAINS };
    const struct fast_block *right = fast_right(&slab->block);
    uint32_t slot = fast_slot_of(slab), slots = FAST_PAGE_GRAINS / slot;
    uint32_t left = (MOST - slab->block.units) / slot;

    if (slots > left)
        slots = left;
    if (!fast_is_used(right) && right->units / slot < slots)
        slots = right->units / slot;
    return slots;
}

/* More slots for the newest slab of a class, from a free block to the right of it or, with
 * `may_grow`, from the break. False if it cannot have any. */
static bool extend_slab(struct fast *fast, uint32_t slot, bool may_grow)
{
    struct fast_class *class = fast_class(fast, slot);
    struct fast_slab *slab;
    struct fast_block *right;
    uint32_t count;

    if (!class->newest)
        return false;
    slab = fast_slab_at(fast, class->newest);
    count = slots_to_add(slab);
    right = count ? hg_fast_obtain_right(fast, &slab->block, count * slot, may_grow) : NULL;
    if (!right)
        return false;
    fast_tell(fast, HG_EVENT_RESERVE, right, right->units, 0);
    class->pages -= fast_slab_pages(slab->block.units);
    slab->block.units += count * slot;
    class->pages += fast_slab_pages(slab->block.units);
    add_slots(fast, slab, count);
    return true;
}

/* A free slot of `slot` grains: where there is memory, or else from the break. */
static bool make_slot(struct fast *fast, uint32_t slot)
{
    fast_see_to_tables(fast);
    return cover(fast, PAGES_NEW) &&
           (extend_slab(fast, slot, false) || make_slab(fast, slot, false) ||
            extend_slab(fast, slot, true) || make_slab(fast, slot, true));
}

/* ---- Payloads ---- */

/* A block of its own for a payload that a slot of `slot` grains could hold. */
static void *answer_with_block(struct fast *fast, uint32_t slot)
{
    void *payload = hg_fast_answer_with_block(fast, slot + 1);

    if (payload && fast_counted(fast, slot) < POPULAR) {
        fast_block_of(payload)->flags |= FAST_COUNTED;
        fast->counted += fast_count_of_one(slot);
    }
    return payload;
}

static bool is_popular(const struct fast *fast, uint32_t slot)
{
    return fast_counted(fast, slot) == POPULAR ||
           (fast->map_pages > 0 && fast_class(fast, slot)->pages > 0);
}

void *hg_fast_slot_obtain(struct fast *fast, uint32_t slot)
{
    void *payload;

    if (!is_popular(fast, slot) || !make_slot(fast, slot))
        return answer_with_block(fast, slot);
    payload = fast_slot_take(fast, slot);
    hg_fast_tell_slot_taken(fast, slot, payload);
    return payload;
}

/* ---- Giving back ---- */

static void release(struct fast *fast, struct fast_slab *slab)
{
    uint32_t slot = fast_slot_of(slab), place = fast_place(fast, &slab->block);
    struct fast_class *class = fast_class(fast, slot);

    fast_slab_unlink(fast, slab);
    if (class->newest == place)
        class->newest = 0;
    class->pages -= fast_slab_pages(slab->block.units);
    write_map(fast, slab, true);
    slab->block.flags &= FAST_USED | FAST_LEFT;
    if (fast_is_watched(fast))
        hg_emit_list(&fast->heap, HG_EVENT_GATHER, FAST_LIST_SLOTS + slot, &slab->block,
                     fast_bytes(slab->block.units), 0);
    hg_fast_release(fast, &slab->block);
}

void hg_fast_slab_retire(struct fast *fast, struct fast_slab *slab)
{
    if (slab->block.next || slab->block.prev)
        release(fast, slab);
    else
        fast_map(fast)->spare |= 1u << fast_slot_of(slab);
}

bool hg_fast_slabs_give_back(struct fast *fast)
{
    uint32_t spare = fast->map_pages ? fast_map(fast)->spare : 0;
    bool had_any = false;

    if (!spare)
        return false;
    fast_map(fast)->spare = 0;
    for (; spare; spare &= spare - 1) {
        uint32_t place = *fast_partial(fast, (uint32_t)__builtin_ctz(spare));
        struct fast_slab *slab = fast_slab_at(fast, place);

        if (place && fast_slab_is_free(slab)) {
            release(fast, slab);
            had_any = true;
        }
    }
    return had_any;
}

/* ---- Reporting ---- */

void hg_fast_tell_slot_taken(const struct fast *fast, uint32_t slot, const void *payload)
{
    uint32_t list = FAST_LIST_SLOTS + slot;

    if (!fast_is_watched(fast))
        return;
    hg_emit_visit(&fast->heap, list, payload, fast_bytes(slot), true);
    hg_emit_list(&fast->heap, HG_EVENT_TAKE, list, payload, fast_bytes(slot), 0);
    hg_emit_at(&fast->heap, HG_EVENT_WHOLE, payload, fast_bytes(slot), 0);
    hg_emit_at(&fast->heap, HG_EVENT_HANDOVER, payload, fast_bytes(slot), 0);
}

void hg_fast_tell_slot_freed(const struct fast *fast, const struct fast_slab *slab,
                             const void *payload)
{
    uint32_t slot = fast_slot_of(slab);
    uint64_t before = 0; /* free slots that come first on the list */

    hg_emit_at(&fast->heap, HG_EVENT_RELEASE, payload, fast_bytes(slot), 0);
    for (uint32_t prev = slab->block.prev; prev; prev = fast_block_at(fast, prev)->prev)
        before += fast_slab_at(fast, prev)->free;
    hg_emit_list(&fast->heap, HG_EVENT_PUSH, FAST_LIST_SLOTS + slot, payload, fast_bytes(slot),
                 before);
}
