/* fast_slots.c: the lists of slabs and the map that leads to them, and giving slabs back. */
#include "heap/fast/fast_slots.h"

#include <string.h>

#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_events.h"

/* ---- The map ---- */

/* The map's bytes for the pages of the slab, the first of all. */
static uint8_t *map_of(const struct fast *fast, const struct fast_slab *slab)
{
    return fast_map(fast) + fast_place(fast, &slab->block) / FAST_PAGE_GRAINS;
}

void hg_fast_slab_map(const struct fast *fast, const struct fast_slab *slab)
{
    uint8_t *map = map_of(fast, slab);
    uint32_t pages = fast_slab_pages(slab->block.units);

    for (uint32_t page = 0; page < pages; page++)
        map[page] = (uint8_t)page;
}

static void unmap(const struct fast *fast, const struct fast_slab *slab)
{
    memset(map_of(fast, slab), FAST_MAP_NOWHERE, fast_slab_pages(slab->block.units));
}

/* ---- Lists ---- */

/* Take a slab off the list of its class. */
static inline void unlist(struct fast *fast, struct fast_slab *slab)
{
    uint32_t next = slab->block.next, prev = slab->block.prev;

    slab->block.flags &= ~(uint32_t)FAST_LISTED;
    if (next)
        fast_block_at(fast, next)->prev = prev;
    if (prev)
        fast_block_at(fast, prev)->next = next;
    else
        fast_class(fast, fast_slot_of(slab))->partial = next;
}

/* ---- Giving back ---- */

enum { SPARE_GROUPS = 8 }; /* of classes: a bit for each in fast->spare */

static FAST_DETOUR void release(struct fast *fast, struct fast_slab *slab)
{
    uint32_t slot = fast_slot_of(slab), place = fast_place(fast, &slab->block);
    struct fast_class *class = fast_class(fast, slot);

    unlist(fast, slab);
    if (class->newest == place)
        class->newest = 0;
    fast_class_add(class, 0u - fast_slab_pages(slab->block.units));
    fast_see_slotted(fast, slot);
    unmap(fast, slab);
    slab->block.flags &= FAST_USED | FAST_LEFT;
    if (fast_is_watched(fast))
        hg_emit_list(&fast->heap, HG_EVENT_GATHER, FAST_LIST_SLOTS + slot, &slab->block,
                     fast_bytes(slab->block.units), 0);
    hg_fast_release(fast, &slab->block);
}

/* Give the spare slab of a class back. False if there is none. */
static bool give_spare_back(struct fast *fast, uint32_t slot)
{
    uint32_t place = fast_class(fast, slot)->partial;

    if (!place || fast_slab_at(fast, place)->until > 0)
        return false;
    release(fast, fast_slab_at(fast, place));
    return true;
}

bool hg_fast_slabs_give_back(struct fast *fast)
{
    uint32_t groups = fast->spare, classes = fast_classes(fast);
    bool had_any = false;

    fast->spare = 0;
    for (; groups; groups &= groups - 1) {
        uint32_t slot = (uint32_t)__builtin_ctz(groups) + 1;

        for (; slot <= classes; slot += SPARE_GROUPS)
            had_any |= give_spare_back(fast, slot);
    }
    return had_any;
}

/* List a slab that has a free slot again. If there is a spare one, the class needs it no more. */
static inline void list_again(struct fast *fast, struct fast_slab *slab)
{
    struct fast_slab *next = fast_slab_list(fast, slab);

    slab->until = (uint16_t)(slab->count - 1);
    if (next && next->until == 0)
        release(fast, next);
}

/* A slab is wholly free. */
static void retire(struct fast *fast, struct fast_slab *slab)
{
    if (slab->block.next || slab->block.prev)
        release(fast, slab);
    else
        fast->spare |= (uint8_t)(1u << (fast_slot_of(slab) - 1) % SPARE_GROUPS);
}

/* Report that a slot of `slab`, which is listed, was freed. */
static void tell_freed(const struct fast *fast, const struct fast_slab *slab, const void *payload)
{
    uint32_t slot = fast_slot_of(slab);
    uint64_t before = 0; /* free slots that come first on the list */

    hg_emit_at(&fast->heap, HG_EVENT_RELEASE, payload, fast_bytes(slot), 0);
    for (uint32_t prev = slab->block.prev; prev; prev = fast_block_at(fast, prev)->prev)
        before += fast_slab_at(fast, prev)->count - fast_slab_at(fast, prev)->until;
    hg_emit_list(&fast->heap, HG_EVENT_PUSH, FAST_LIST_SLOTS + slot, payload, fast_bytes(slot),
                 before);
}

FAST_PATH void slot_freed(struct fast *fast, struct fast_slab *slab, const void *payload,
                          const bool watched)
{
    bool was_listed = slab->block.flags & FAST_LISTED;

    if (!was_listed)
        list_again(fast, slab); /* of two slots at least, of which one is used */
    if (watched)
        tell_freed(fast, slab, payload);
    if (was_listed && slab->until == 0)
        retire(fast, slab);
}

static FAST_DETOUR void slot_freed_watched(struct fast *fast, struct fast_slab *slab,
                                           const void *payload)
{
    slot_freed(fast, slab, payload, true);
}

bool hg_fast_slot_freed(struct fast *fast, const void *payload, void *start)
{
    struct fast_slab *slab = (void *)fast_block_of(start);

    if (fast_is_watched(fast))
        slot_freed_watched(fast, slab, payload);
    else
        slot_freed(fast, slab, payload, false);
    return true;
}
