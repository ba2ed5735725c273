/* fast_slabs.c: making slabs and giving them back. */
#include "heap/fast/fast_slabs.h"

#include <string.h>

enum {
    POPULAR = 8,     /* blocks of a size in use at once, before it gets slabs */
    LEAST_SLOTS = 8, /* in a slab */
    SHARE = 8,       /* a new slab is as large as this part of its class's */
};

_Static_assert(FAST_PAGES_MOST < UINT8_MAX, "the map leads back that far");

/* ---- The map ---- */

/* Make the map lead from each page of the slab to it, or, with `clear`, nowhere. */
static void write_map(const struct fast *fast, const struct fast_slab *slab, bool clear)
{
    uint8_t *map = fast_payload_at(fast, fast->map);
    uint32_t first = fast_place(fast, &slab->block) / FAST_PAGE_GRAINS;
    uint32_t pages = fast_slab_pages(slab->block.units);

    for (uint32_t page = 0; page < pages; page++)
        map[first + page] = clear ? 0 : (uint8_t)(page + 1);
}

/* Make sure that the map reaches wherever a slab of `pages` may come to lie. */
static bool cover(struct fast *fast, uint32_t pages)
{
    uint32_t most = (uint32_t)(fast->heap.size / FAST_PAGE) + pages + 2;

    return most <= fast->map_pages || hg_fast_make_map(fast, most + most / 4);
}

/* ---- Making ---- */

/* The slots of a new slab: as many as fit into its share of pages. */
static uint32_t slots_for(const struct fast_class *class, uint32_t slot)
{
    uint32_t pages = class->pages / SHARE, least = fast_slab_units(LEAST_SLOTS, slot);

    if (pages * FAST_PAGE_GRAINS < least)
        pages = fast_slab_pages(least);
    if (pages > FAST_PAGES_MOST)
        pages = FAST_PAGES_MOST;
    return fast_slots_in(pages * FAST_PAGE_GRAINS, slot);
}

static void tell_carved(const struct fast *fast, struct fast_slab *slab)
{
    uint32_t slot = fast_slot_of(slab), units = slab->block.units;

    fast_tell(fast, HG_EVENT_RESERVE, &slab->block, units, 0);
    if (fast_is_watched(fast))
        hg_emit_list(&fast->heap, HG_EVENT_CARVE, FAST_LIST_SLOTS + slot, slab + 1,
                     fast_bytes(slot * slab->count), fast_bytes(slot));
}

/* A new slab, listed; NULL if there is no room for it or for the map. */
static struct fast_slab *make_slab(struct fast *fast, uint32_t slot)
{
    struct fast_class *class = fast_class(fast, slot);
    uint32_t count = slots_for(class, slot), units = fast_slab_units(count, slot);
    struct fast_need need = {.units = units, .alignment = FAST_PAGE_GRAINS};
    struct fast_slab *slab;

    fast_see_to_tables(fast);
    if (!cover(fast, fast_slab_pages(units)))
        return NULL;
    slab = (void *)hg_fast_obtain_aligned(fast, &need);
    if (!slab)
        return NULL;
    slab->block.flags |= FAST_SLAB | slot << FAST_SLOT_SHIFT;
    slab->free = slab->count = (uint16_t)count;
    slab->fresh = FAST_SLOTS_AT;
    slab->first = 0;
    write_map(fast, slab, false);
    fast_count_pages(class, fast_slab_pages(units));
    fast_slab_push(fast, slab);
    tell_carved(fast, slab);
    return slab;
}

/* ---- Payloads ---- */

/* A block of its own for a payload that a slot of `slot` grains could hold. */
static void *answer_with_block(struct fast *fast, uint32_t slot)
{
    struct fast_class *class = fast_class(fast, slot);
    void *payload = hg_fast_answer_with_block(fast, slot + 1);

    if (payload && class->counted < POPULAR) {
        fast_block_of(payload)->flags |= FAST_COUNTED;
        class->counted++;
    }
    return payload;
}

void *hg_fast_slot_obtain(struct fast *fast, uint32_t slot)
{
    const struct fast_class *class = fast_class(fast, slot);
    bool is_popular = class->pages > 0 || class->counted == POPULAR;
    void *payload;

    if (!is_popular || !make_slab(fast, slot))
        return answer_with_block(fast, slot);
    payload = fast_slot_take(fast, slot);
    hg_fast_tell_slot_taken(fast, slot, payload);
    return payload;
}

void hg_fast_slab_release(struct fast *fast, struct fast_slab *slab)
{
    uint32_t slot = fast_slot_of(slab);

    fast_slab_unlink(fast, slab);
    fast_count_pages(fast_class(fast, slot), 0u - fast_slab_pages(slab->block.units));
    write_map(fast, slab, true);
    slab->block.flags &= FAST_USED | FAST_LEFT;
    if (fast_is_watched(fast))
        hg_emit_list(&fast->heap, HG_EVENT_GATHER, FAST_LIST_SLOTS + slot, &slab->block,
                     fast_bytes(slab->block.units), 0);
    hg_fast_release(fast, &slab->block);
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
