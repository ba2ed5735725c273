/* fast_slabs.h: slabs, blocks that are cut into slots of one size without headers of their own.
 *
 *      | header | next prev | free count fresh first | slot | slot | ... | slot | rest |
 *      8 bytes  ^ 8           8                                                   8
 *               a multiple of FAST_PAGE from the heap's start
 *
 * Where a header would cost a whole grain, because the size just fits its grains without, requests
 * of that size are counted; a size with some of them in use at once is popular, and from then on
 * its payloads are slots. Slots from `fresh` up have never been used; freed ones below are linked
 * from `first` on, each by its first two bytes. A slab with a free slot is on the list of its
 * class. One that is wholly free goes back if the class has another on the list.
 *
 * A slot has nothing to tell it from another payload but its address. The map has a byte for every
 * page of the heap: 0, or, for the pages that a slab touches, 1 + the pages back to where it
 * starts. */
#ifndef HEAP_FAST_SLABS_H
#define HEAP_FAST_SLABS_H

#include "heap/fast/fast.h"

enum {
    FAST_PAGE = 1024,
    FAST_PAGE_GRAINS = FAST_PAGE / FAST_GRAIN,
    FAST_PAGES_MOST = 4,             /* of a slab */
    FAST_PAGES_MASK = (1 << 26) - 1, /* all that a heap can have */
    FAST_SLAB_OWN = 2,               /* grains that are not slots */
    FAST_SLOTS_AT = FAST_GRAIN,      /* the first slot, in bytes from the slab's place */
};

struct fast_slab {
    struct fast_block block;
    uint16_t free;  /* slots */
    uint16_t count; /* slots in all */
    uint16_t fresh; /* the lowest slot never used, in bytes from the slab's place */
    uint16_t first; /* the first free slot that was used, likewise; 0 for none */
};

_Static_assert(sizeof(struct fast_slab) == FAST_HEADER + FAST_SLOTS_AT, "slots follow at once");
_Static_assert(FAST_PAGES_MOST *FAST_PAGE <= UINT16_MAX, "16 bits reach every slot");

/* The slot size for payloads of `size` bytes, in grains; 0 if they had better have a header. */
static inline uint32_t fast_slot_for(size_t size)
{
    return size <= FAST_CLASSES * FAST_GRAIN && (size - 1) & FAST_HEADER
               ? (uint32_t)(size + FAST_GRAIN - 1) / FAST_GRAIN
               : 0;
}

static inline struct fast_class *fast_class(struct fast *fast, uint32_t slot)
{
    return &fast->classes[slot - 1];
}

/* A class has `change` more pages, or fewer. */
static inline void fast_count_pages(struct fast_class *class, uint32_t change)
{
    class->pages = (class->pages + change) & FAST_PAGES_MASK;
}

static inline uint32_t fast_slot_of(const struct fast_slab *slab)
{
    return slab->block.flags >> FAST_SLOT_SHIFT;
}

static inline struct fast_slab *fast_slab_at(const struct fast *fast, uint32_t place)
{
    return (struct fast_slab *)(void *)fast_block_at(fast, place);
}

/* The grains of a slab with `count` slots of `slot` grains: header and rest come to two. */
static inline uint32_t fast_slab_units(uint32_t count, uint32_t slot)
{
    return count * slot + FAST_SLAB_OWN;
}

/* How many slots a slab of `units` has. */
static inline uint32_t fast_slots_in(uint32_t units, uint32_t slot)
{
    return (units - FAST_SLAB_OWN) / slot;
}

/* The pages that a slab of `units` touches. The last one it may share with blocks behind it. */
static inline uint32_t fast_slab_pages(uint32_t units)
{
    return (units + FAST_PAGE_GRAINS - 1) / FAST_PAGE_GRAINS;
}

/* The slab that the payload at `place` is a slot of; NULL if it is none. */
static inline struct fast_slab *fast_slab_around(const struct fast *fast, uint32_t place)
{
    uint32_t page = place / FAST_PAGE_GRAINS;
    const uint8_t *map = fast_payload_at(fast, fast->map);

    uint32_t start;
    struct fast_slab *slab;

    if (page >= fast->map_pages || !map[page])
        return NULL;
    start = (page + 1 - map[page]) * FAST_PAGE_GRAINS;
    slab = fast_slab_at(fast, start);
    return place - start < slab->block.units ? slab : NULL;
}

/* The slot at `at` bytes from the slab's place, and what a free one that was used starts with:
 * where the next one is. */
static inline void *fast_slot_at(const struct fast_slab *slab, uint32_t at)
{
    return (void *)(uintptr_t)((const char *)&slab->block.next + at);
}

static inline uint16_t *fast_slot_link(const struct fast_slab *slab, uint32_t at)
{
    return fast_slot_at(slab, at);
}

/* Put a slab, which is on no list, on the list of its class; and take it off. */
static inline void fast_slab_push(struct fast *fast, struct fast_slab *slab)
{
    struct fast_class *class = fast_class(fast, fast_slot_of(slab));
    uint32_t place = fast_place(fast, &slab->block);

    slab->block.next = class->partial;
    slab->block.prev = 0;
    if (class->partial)
        fast_block_at(fast, class->partial)->prev = place;
    class->partial = place;
}

static inline void fast_slab_unlink(struct fast *fast, struct fast_slab *slab)
{
    uint32_t next = slab->block.next, prev = slab->block.prev;

    if (next)
        fast_block_at(fast, next)->prev = prev;
    if (prev)
        fast_block_at(fast, prev)->next = next;
    else
        fast_class(fast, fast_slot_of(slab))->partial = next;
}

/* A free slot of `slot` grains, used from now on; NULL if no slab of its class has one. Unreported.
 */
static inline void *fast_slot_take(struct fast *fast, uint32_t slot)
{
    uint32_t place = fast_class(fast, slot)->partial, at;
    struct fast_slab *slab;

    if (fast_unlikely(!place))
        return NULL;
    slab = fast_slab_at(fast, place);
    at = slab->first;
    if (at) {
        slab->first = *fast_slot_link(slab, at);
    } else {
        at = slab->fresh;
        slab->fresh = (uint16_t)(at + slot * FAST_GRAIN);
    }
    if (fast_unlikely(--slab->free == 0))
        fast_slab_unlink(fast, slab);
    return fast_slot_at(slab, at);
}

/* Free a slot of `slab`. Unreported. */
static inline void fast_slot_put(struct fast *fast, struct fast_slab *slab, const void *payload)
{
    uint32_t at = (uint32_t)((const char *)payload - (const char *)fast_slot_at(slab, 0));

    *fast_slot_link(slab, at) = slab->first;
    slab->first = (uint16_t)at;
    if (fast_unlikely(slab->free++ == 0))
        fast_slab_push(fast, slab);
}

/* Whether a slab with free slots is wholly free, and not the only one of its class that has any. */
static inline bool fast_slab_is_surplus(const struct fast_slab *slab)
{
    return slab->free == slab->count && (slab->block.next || slab->block.prev);
}

/* A payload for `slot`, of which no slab has a free one: of a new slab, or, as long as the class
 * is not popular, or a slab cannot be had, a block of its own. NULL if there is no memory. */
void *hg_fast_slot_obtain(struct fast *fast, uint32_t slot);

/* Give a slab, wholly free, back to the heap. */
void hg_fast_slab_release(struct fast *fast, struct fast_slab *slab);

/* Forget that `block`, about to be free or to change its size, was counted. */
static inline void fast_uncount(struct fast *fast, struct fast_block *block)
{
    if (fast_unlikely(block->flags & FAST_COUNTED)) {
        block->flags &= ~(uint32_t)FAST_COUNTED;
        fast_class(fast, block->units - 1)->counted--;
    }
}

/* Report that a slot of `slot` grains was taken; or that one of `slab` was freed, and listed. */
void hg_fast_tell_slot_taken(const struct fast *fast, uint32_t slot, const void *payload);
void hg_fast_tell_slot_freed(const struct fast *fast, const struct fast_slab *slab,
                             const void *payload);

#endif
