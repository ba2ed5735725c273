/* fast_slots.h: slabs, blocks that are cut into slots of one size without headers of their own.
 *
 *      | header | next prev | count first until end | slot | slot | ... | slot | rest |
 *      8 bytes  ^ 8           8                                                    8
 *               a multiple of FAST_PAGE from the heap's start
 *
 * Where a header would cost a whole grain, because the size just fits its grains without, requests
 * of that size are counted; a size with some of them in use at once is popular, and gets slabs. As
 * long as a small class has any, all its payloads are slots, also those that lose nothing by a
 * header: they fill what would be free, and nobody has to guess which way a payload goes. In a
 * large heap of mostly small blocks all small payloads are slots, which are quicker to find and to
 * free, and need not be merged. Free slots are linked from `first` on, each by its first two bytes.
 *
 * A slab with a free slot is on the list of its class. One that is wholly free goes back if the
 * class has another on the list; if not, it is spare, and goes back before the heap would grow.
 * Freeing a slot has to look at `until` alone to know that none of this is due.
 *
 * When all slots of a class are taken, the slab made last gets more, if what is to the right of it
 * is free: a slab starts at a page, and where the next one cannot, memory would be lost.
 *
 * A slot has nothing to tell it from another payload but its address. The map, a table, has a byte
 * for every page of the heap: for those that a slab touches, the pages back to where it starts; for
 * others, NOWHERE. From its `end` on a slab's last page may have blocks. Below its place the map
 * keeps what there is to know of the classes, a grain for each:
 *
 *      | class n | ... | class 2 | class 1 | page 0 | page 1 | ...
 *                                          ^ fast->map
 *
 * A map has the classes of large slots only where the heap is large enough to bear them. Before a
 * large slot, a waiting block of the size is taken; and many must be in use to make it popular. */
#ifndef HEAP_FAST_SLOTS_H
#define HEAP_FAST_SLOTS_H

#include "heap/fast/fast_layout.h"

enum {
    FAST_PAGE = 1024,
    FAST_PAGE_GRAINS = FAST_PAGE / FAST_GRAIN,
    FAST_PAGES_MOST = 63,       /* of a slab */
    FAST_SLAB_OWN = 2,          /* grains that are not slots */
    FAST_SLOTS_AT = FAST_GRAIN, /* the first slot, in bytes from the slab's place */
};

struct fast_slab {
    struct fast_block block;
    uint16_t count; /* slots in all */
    uint16_t first; /* the first free slot, in bytes from the slab's place; 0 for none */
    uint16_t until; /* slots to be freed until it is wholly free; or 1 until it is on its list */
    uint16_t end;   /* where no slot starts any more, in bytes from the slab's place */
};

_Static_assert(sizeof(struct fast_slab) == FAST_HEADER + FAST_SLOTS_AT, "slots follow at once");
_Static_assert(FAST_PAGES_MOST *FAST_PAGE <= UINT16_MAX, "16 bits reach every slot");

#define FAST_MAP_NOWHERE UINT8_MAX

_Static_assert(FAST_PAGES_MOST <= FAST_MAP_NOWHERE, "the map leads back that far");

struct fast_class {
    uint32_t partial;    /* the first slab that has a free slot; 0 for none */
    uint32_t newest;     /* the place of the slab made last; 0 for none, or if that went back */
    uint32_t pages : 26; /* of all its slabs */
    uint32_t rest : 6;   /* so many blocks before slots are made again, which failed */
    uint32_t counted;    /* of a large class: used blocks with the flag COUNTED */
};

_Static_assert(sizeof(struct fast_class) == FAST_GRAIN, "a map lies at a place");

#define FAST_CLASS_PAGES_MOST ((1u << 26) - 1) /* no heap has more */

/* `class` has `more` pages, or fewer. */
static inline void fast_class_add(struct fast_class *class, uint32_t more)
{
    class->pages = (class->pages + more) & FAST_CLASS_PAGES_MOST;
}

static inline bool fast_is_large(uint32_t slot)
{
    return slot > FAST_SMALL_CLASSES;
}

/* How many classes the map has, or would have. */
static inline uint32_t fast_classes(const struct fast *fast)
{
    return fast->heap.flags & FAST_HAS_LARGE_SLOTS ? FAST_CLASSES : FAST_SMALL_CLASSES;
}

/* The block of the map, if there is one. */
static inline struct fast_block *fast_map_block(const struct fast *fast)
{
    return fast_block_at(fast, fast->map - fast_classes(fast));
}

/* The bytes of a table with such a map. */
static inline size_t fast_map_size(uint32_t classes, uint32_t pages)
{
    return classes * sizeof(struct fast_class) + pages;
}

/* The map's bytes for pages, up to fast->map_pages, if that is not 0. */
static inline uint8_t *fast_map(const struct fast *fast)
{
    return fast_payload_at(fast, fast->map);
}

/* The class of slots of `slot` grains, if there is a map that has it. */
static inline struct fast_class *fast_class(const struct fast *fast, uint32_t slot)
{
    return fast_payload_at(fast, fast->map + ~(slot - 1)); /* map - slot, in one step less */
}

/* The grains of a slot for a payload of `size` bytes. */
static inline uint32_t fast_slot_grains(size_t size)
{
    return (uint32_t)(size + FAST_GRAIN - 1) / FAST_GRAIN;
}

/* From now on all payloads of the classes with a bit in `slotted` are slots. */
static inline void fast_set_slotted(struct fast *fast, unsigned slotted)
{
    fast->slotted = slotted & FAST_ALL_SLOTTED;
    fast_see_straight(fast);
}

/* The class of slots of `slot` grains may have got its first slab, or given the last one back: see
 * whether all its payloads are slots from now on. */
static inline void fast_see_slotted(struct fast *fast, uint32_t slot)
{
    unsigned bit = fast_is_large(slot) ? 0 : 1u << (slot - 1);
    bool has_slabs = fast_class(fast, slot)->pages > 0;

    fast_set_slotted(fast, fast->small == FAST_ALL_SMALL ? FAST_ALL_SLOTTED
                           : has_slabs                   ? fast->slotted | bit
                                                         : fast->slotted & ~bit);
}

/* Whether a payload of `size` bytes could be a small slot. */
static inline bool fast_is_small(size_t size)
{
    return size - 1 < FAST_SMALL_CLASSES * FAST_GRAIN;
}

/* Whether the header of a payload of `size` bytes would cost a whole grain. */
static inline bool fast_is_dear(size_t size)
{
    return (size - 1) & FAST_HEADER;
}

/* The size of small slots for payloads of `size` bytes, in grains; that is not 0. */
static inline uint32_t fast_small_slot(size_t size)
{
    return (uint32_t)((size - 1) / FAST_GRAIN) + 1;
}

/* Whether all payloads of `size` bytes are small slots, as `slotted` says. Each half is expected by
 * itself, as gcc 12 forgets what is expected of both together. */
static inline bool fast_is_slotted(unsigned slotted, size_t size)
{
    return fast_likely(fast_is_small(size)) && fast_likely(slotted >> (size - 1) / FAST_GRAIN & 1);
}

/* The size of large slots for payloads of `size` bytes, in grains; 0 if there are none, or they had
 * better have a header. */
static inline uint32_t fast_large_slot_for(const struct fast *fast, size_t size)
{
    enum { ABOVE = FAST_SMALL_CLASSES * FAST_GRAIN + 1, MOST = FAST_CLASSES * FAST_GRAIN };

    return size - ABOVE <= MOST - ABOVE && fast_is_dear(size) &&
                   fast->heap.flags & FAST_HAS_LARGE_SLOTS
               ? fast_slot_grains(size)
               : 0;
}

#define FAST_COUNTED_MASK ((1u << FAST_SMALL_CLASSES * FAST_COUNT_BITS) - 1)

/* Where fast->counted has the bits of a small class. */
static inline unsigned fast_count_shift(uint32_t slot)
{
    return (slot - 1) % FAST_SMALL_CLASSES * FAST_COUNT_BITS;
}

/* What one block of this class adds to fast->counted. */
static inline uint32_t fast_count_of_one(uint32_t slot)
{
    return 1u << fast_count_shift(slot);
}

/* How many used blocks of this class have the flag COUNTED. */
static inline uint32_t fast_counted(const struct fast *fast, uint32_t slot)
{
    return fast_is_large(slot)
               ? fast_class(fast, slot)->counted
               : fast->counted >> fast_count_shift(slot) & ((1u << FAST_COUNT_BITS) - 1);
}

/* Count `block`, used, as one that a slot of `slot` grains could have held instead. */
static inline void fast_count(struct fast *fast, struct fast_block *block, uint32_t slot)
{
    block->flags |= FAST_COUNTED;
    if (fast_is_large(slot))
        fast_class(fast, slot)->counted++;
    else
        fast->counted = (fast->counted + fast_count_of_one(slot)) & FAST_COUNTED_MASK;
}

/* Forget that `block`, about to be free or to change its size, was counted. */
static inline void fast_uncount(struct fast *fast, struct fast_block *block)
{
    uint32_t slot = block->units - 1;

    if (fast_likely(!(block->flags & FAST_COUNTED)))
        return;
    block->flags &= ~(uint32_t)FAST_COUNTED;
    if (fast_is_large(slot))
        fast_class(fast, slot)->counted--;
    else
        fast->counted = (fast->counted - fast_count_of_one(slot)) & FAST_COUNTED_MASK;
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

/* The pages that a slab of `units` touches. */
static inline uint32_t fast_slab_pages(uint32_t units)
{
    return (units + FAST_PAGE_GRAINS - 1) / FAST_PAGE_GRAINS;
}

/* Where `payload` is, in bytes from the place of the slab whose pages it is on. */
static inline uint16_t fast_slot_in(const struct fast_slab *slab, const void *payload)
{
    return (uint16_t)((const char *)payload - (const char *)&slab->block.next);
}

/* The slab that `payload` is a slot of; NULL if it is none. */
static inline struct fast_slab *fast_slab_around(const struct fast *fast, const void *payload)
{
    uint64_t page = hg_offset(&fast->heap, payload) / FAST_PAGE; /* no heap has 2^32 of them */
    struct fast_slab *slab;
    uint8_t back;

    if ((uint32_t)page >= fast->map_pages)
        return NULL;
    back = fast_map(fast)[page];
    if (back == FAST_MAP_NOWHERE)
        return NULL;
    slab = (void *)fast_block_of((const char *)fast + (page - back) * FAST_PAGE);
    return fast_slot_in(slab, payload) < slab->end ? slab : NULL;
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

/* Take a slab, the first on the list of its class, off it: no slot is free any more. */
static inline void fast_slab_is_full(struct fast *fast, struct fast_slab *slab)
{
    uint32_t next = slab->block.next;

    fast_class(fast, fast_slot_of(slab))->partial = next;
    if (next)
        fast_block_at(fast, next)->prev = 0;
    slab->block.flags &= ~(uint32_t)FAST_LISTED;
    slab->until = 1;
}

/* A free slot of `slot` grains, of which the map has the class, used from now on; NULL if no slab
 * has one. Unreported. */
static inline void *fast_slot_take(struct fast *fast, uint32_t slot)
{
    uint32_t place = fast_class(fast, slot)->partial, at;
    struct fast_slab *slab;
    void *start;

    if (fast_unlikely(!place))
        return NULL;
    start = fast_payload_at(fast, place);
    __asm__("" : "+r"(start)); /* one register: all that is looked at lies a bit behind it */
    slab = (void *)fast_block_of(start);
    at = slab->first;
    slab->first = *fast_slot_link(slab, at);
    __builtin_prefetch(fast_slot_at(slab, slab->first)); /* the next request will read its link */
    slab->until++;
    if (fast_unlikely(!slab->first))
        fast_slab_is_full(fast, slab);
    return fast_slot_at(slab, at);
}

/* Free a slot of `slab`; false if there is more to do for the slab. Unreported. */
static inline bool fast_slot_put(struct fast_slab *slab, uint16_t *payload)
{
    *payload = slab->first;
    slab->first = fast_slot_in(slab, payload);
    return --slab->until > 0;
}

/* Put a slab on the list of its class. Returns the one that was the first, NULL for none. */
static inline struct fast_slab *fast_slab_list(struct fast *fast, struct fast_slab *slab)
{
    uint32_t *partial = &fast_class(fast, fast_slot_of(slab))->partial, first = *partial;
    struct fast_slab *next = first ? fast_slab_at(fast, first) : NULL;

    slab->block.flags |= FAST_LISTED;
    slab->block.next = first;
    slab->block.prev = 0;
    *partial = fast_place(fast, &slab->block);
    if (next)
        next->block.prev = *partial;
    return next;
}

/* ---- fast_slots.c ---- */

/* Make the map lead from each page of the slab to it. */
void hg_fast_slab_map(const struct fast *fast, const struct fast_slab *slab);

/* The rest of freeing a slot, if there is more to do, or somebody watches: list the slab if it is
 * not, report it, and give the slab back, or keep it as spare, if it is wholly free. Always true,
 * so that what frees can end in it.
 *   start    the slab's place, from which most slots are freed without its header */
bool hg_fast_slot_freed(struct fast *fast, const void *payload, void *start);

/* Give spare slabs back. False if there were none. */
bool hg_fast_slabs_give_back(struct fast *fast);

#endif
