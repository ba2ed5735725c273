/* fast_slabs.c: see fast_slabs.h. */
#include "heap/fast/fast_slabs.h"

#include "heap/fast/fast_allocate.h"
#include "heap/fast/fast_growth.h"
#include "heap/fast/fast_room.h"
#include "heap/fast/fast_search.h"
#include "heap/fast/fast_small.h"
#include "heap/fast/fast_tables.h"
#include "heap/fast/fast_take.h"

enum {
    POPULAR = 6,   /* blocks of a small size in use at once, before it gets slabs */
    PAGES_NEW = 4, /* the most in a new slab */
    REST = 7,      /* blocks after each time that slots cannot be made */
    MOST_NEW = PAGES_NEW * FAST_PAGE_GRAINS - FAST_SLAB_OWN,
};

_Static_assert(POPULAR < 1 << FAST_COUNT_BITS, "they can be counted");

/* ---- Slots ---- */

/* The fewest slots that are made at once, for a hole that has no room for more. */
static uint32_t least_slots(uint32_t slot)
{
    return fast_is_large(slot) ? 2 : 8;
}

/* How many slots a class gets in a new slab. Few cost more headers, and cut the memory around them
 * up; many, more slots that are free yet: together least when they grow as the root of what the
 * class has. */
static uint32_t slots_to_make(const struct fast *fast, uint32_t slot)
{
    enum { BALANCE = 8, STEP = 8 };
    uint32_t have = fast_class(fast, slot)->pages * FAST_PAGE_GRAINS;
    uint32_t units = 2 * least_slots(slot) * slot;

    while (units + STEP <= MOST_NEW && units * units < BALANCE * have)
        units += STEP;
    if (units > FAST_PAGE_GRAINS / 2) /* whole pages, since the next slab starts at one */
        units = fast_slab_pages(units) * FAST_PAGE_GRAINS - FAST_SLAB_OWN;
    return units / slot;
}

/* Link `count` slots behind those that the slab has; all of these are used. */
static void link_slots(struct fast_slab *slab, uint32_t count)
{
    uint32_t size = (uint32_t)fast_bytes(fast_slot_of(slab));
    uint32_t at = FAST_SLOTS_AT + slab->count * size;

    slab->first = (uint16_t)at;
    for (uint32_t i = 1; i < count; i++, at += size)
        *fast_slot_link(slab, at) = (uint16_t)(at + size);
    *fast_slot_link(slab, at) = 0;
}

/* `slab`, which is on no list, has `count` more slots from now on, all of them free. */
static void add_slots(struct fast *fast, struct fast_slab *slab, uint32_t count)
{
    uint32_t slot = fast_slot_of(slab);

    link_slots(slab, count);
    slab->until = slab->count;
    slab->count = (uint16_t)(slab->count + count);
    slab->end = (uint16_t)fast_bytes(slab->block.units);
    hg_fast_slab_map(fast, slab);
    fast_slab_list(fast, slab);
    if (fast_is_watched(fast))
        hg_emit_list(&fast->heap, HG_EVENT_CARVE, FAST_LIST_SLOTS + slot,
                     fast_slot_at(slab, slab->first), fast_bytes(count * slot), fast_bytes(slot));
}

/* A new slab of `count` slots, in a free block or, with `may_grow`, from the break. False if there
 * is no memory. */
static bool make_slab(struct fast *fast, uint32_t slot, uint32_t count, bool may_grow)
{
    uint32_t units = fast_slab_units(count, slot);
    struct fast_need need = {.units = units, .alignment = FAST_PAGE_GRAINS};
    struct fast_slab *slab = (void *)hg_fast_take_aligned(fast, &need, may_grow);

    if (!slab)
        return false;
    fast_tell(fast, HG_EVENT_RESERVE, &slab->block, units, 0);
    slab->block.flags |= FAST_SLAB | slot << FAST_SLOT_SHIFT;
    slab->count = 0;
    fast_class(fast, slot)->newest = fast_place(fast, &slab->block);
    fast_class_add(fast_class(fast, slot), fast_slab_pages(units));
    fast_see_slotted(fast, slot);
    add_slots(fast, slab, count);
    return true;
}

/* How many slots the slab may get where a new one would have `count`: half as many, since more can
 * follow; as long as 16 bits reach them; and, of a free block to the right, no more than it has. */
static uint32_t slots_to_add(const struct fast_slab *slab, uint32_t count)
{
    enum { MOST = FAST_PAGES_MOST * FAST_PAGE_GRAINS };
    const struct fast_block *right = fast_right(&slab->block);
    uint32_t slot = fast_slot_of(slab), slots = count / 2;
    uint32_t left = (MOST - slab->block.units) / slot;

    if (slots < least_slots(slot))
        slots = least_slots(slot);
    if (slots > left)
        slots = left;
    if (!fast_is_used(right) && right->units / slot < slots)
        slots = right->units / slot;
    return slots;
}

/* More slots for the newest slab of a class, of which a new one would have `count`, from a free
 * block to the right of it or, with `may_grow`, from the break. False if it cannot have any. */
static bool extend_slab(struct fast *fast, uint32_t slot, uint32_t count, bool may_grow)
{
    uint32_t newest = fast_class(fast, slot)->newest, had;
    struct fast_slab *slab;
    struct fast_block *right;

    if (!newest)
        return false;
    slab = fast_slab_at(fast, newest);
    count = slots_to_add(slab, count);
    right = count ? hg_fast_take_right(fast, &slab->block, count * slot, may_grow) : NULL;
    if (!right)
        return false;
    fast_tell(fast, HG_EVENT_RESERVE, right, right->units, 0);
    had = fast_slab_pages(slab->block.units);
    slab->block.units += count * slot;
    fast_class_add(fast_class(fast, slot), fast_slab_pages(slab->block.units) - had);
    add_slots(fast, slab, count);
    return true;
}

/* Whether a free block has room for a new slab of `count` slots. */
static bool can_make_slab(struct fast *fast, uint32_t slot, uint32_t count)
{
    struct fast_need need = {.units = fast_slab_units(count, slot), .alignment = FAST_PAGE_GRAINS};

    return hg_fast_has_aligned(fast, &need);
}

/* Whether there is a free block for `units`. */
static bool can_find(struct fast *fast, uint32_t units)
{
    return hg_fast_search(fast, units).block;
}

/* Free slots of `slot` grains where there is memory, `count` or, if there is not much in one place,
 * fewer. */
static bool make_slots_in_holes(struct fast *fast, uint32_t slot, uint32_t count)
{
    uint32_t least = least_slots(slot);

    if (extend_slab(fast, slot, count, false))
        return true;
    if (!can_make_slab(fast, slot, least))
        return false;
    return make_slab(fast, slot, can_make_slab(fast, slot, count) ? count : least, false);
}

/* Free slots from the break. */
static bool make_slots_at_break(struct fast *fast, uint32_t slot, uint32_t count)
{
    return extend_slab(fast, slot, count, true) || make_slab(fast, slot, count, true);
}

/* Make sure that the map reaches wherever a slab that takes `pages` more may come to lie. */
static bool cover(struct fast *fast, uint32_t pages)
{
    uint32_t most = (uint32_t)(fast->heap.size / FAST_PAGE) + pages + 2;

    return most <= fast->map_pages || hg_fast_make_map(fast, most + most / 8);
}

/* A free slot of `slot` grains: where there is memory, or else from the break; but not there if the
 * payload can still have a block without. */
static bool make_slot(struct fast *fast, uint32_t slot)
{
    uint32_t count;
    bool made;

    if (fast_tables_are_due(fast))
        hg_fast_see_to_tables(fast);
    if (!cover(fast, PAGES_NEW))
        return false;
    count = slots_to_make(fast, slot);
    made = make_slots_in_holes(fast, slot, count);
    if (!made && !can_find(fast, slot + 1) && hg_fast_give_back(fast))
        made = make_slots_in_holes(fast, slot, count);
    if (!made && (fast->heap.flags & FAST_ALWAYS_SLABS || !can_find(fast, slot + 1)))
        made = make_slots_at_break(fast, slot, count);
    fast_sample(fast, slot);
    return made;
}

/* ---- Payloads ---- */

/* How many blocks of a size must be in use at once before it gets slabs. A large one needs so many
 * that a grain for each is more than the slots that are free then. */
static uint32_t popular(uint32_t slot)
{
    enum { FREE = 8, BETWEEN = 32 }; /* slots; grains up to the next page */

    return fast_is_large(slot) ? FREE * slot + BETWEEN : POPULAR;
}

bool hg_fast_has_slots(const struct fast *fast, uint32_t slot)
{
    if (!(fast->heap.flags & FAST_HAS_SLABS))
        return false;
    return (fast->small == FAST_ALL_SMALL && !fast_is_large(slot)) ||
           fast_counted(fast, slot) == popular(slot) ||
           (fast->map && fast_class(fast, slot)->pages > 0);
}

/* `payload` in a block of its own, of `units`, that a slot of `slot` grains could hold; or NULL. */
static void *beside_slots(struct fast *fast, void *payload, uint32_t slot, uint32_t units)
{
    if (payload && units > slot && fast_counted(fast, slot) < popular(slot))
        fast_count(fast, fast_block_of(payload), slot);
    return payload;
}

static void *allocate_block(struct fast *fast, uint32_t slot, uint32_t units)
{
    return beside_slots(fast, hg_fast_allocate_block(fast, units), slot, units);
}

/* Whether it is not yet time to make slots again: few holes have room for a slab, and to look for
 * one costs far more than a block. */
static bool rests(const struct fast *fast, uint32_t slot)
{
    struct fast_class *class = fast->map ? fast_class(fast, slot) : NULL;

    if (!class || class->rest == 0)
        return false;
    class->rest--;
    return true;
}

/* A slot of a larger or a new slab; or a block, where there is no memory for that. */
static FAST_DETOUR void *allocate_made_slot(struct fast *fast, uint32_t slot, uint32_t units)
{
    if (make_slot(fast, slot))
        return fast_allocate_free_slot(fast, slot, true);
    if (fast->map)
        fast_class(fast, slot)->rest = REST;
    return allocate_block(fast, slot, units);
}

void *hg_fast_allocate_new_slot(struct fast *fast, size_t size)
{
    uint32_t slot = fast_slot_grains(size), units = (uint32_t)fast_units_for(size);
    bool block_first = units == slot || rests(fast, slot);
    void *payload = block_first ? hg_fast_allocate_free_block(fast, units) : NULL;

    if (payload)
        return beside_slots(fast, payload, slot, units);
    return hg_fast_has_slots(fast, slot) ? allocate_made_slot(fast, slot, units)
                                         : allocate_block(fast, slot, units);
}

void *hg_fast_allocate_unslotted(struct fast *fast, size_t size)
{
    uint32_t units = (uint32_t)fast_units_for(size);

    if (fast_may_want_slot(fast, size))
        return hg_fast_allocate_new_slot(fast, size);
    return fast_is_watched(fast) ? hg_fast_allocate_watched(fast, units)
                                 : hg_fast_allocate_near_best(fast, units);
}

void *hg_fast_allocate_large_slot(struct fast *fast, size_t size)
{
    void *payload = fast_allocate_free_slot(fast, fast_slot_grains(size), true);

    return payload ? payload : hg_fast_allocate_new_slot(fast, size);
}
