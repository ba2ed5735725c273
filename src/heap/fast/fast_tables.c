/* fast_tables.c: the tables of a heap, blocks marked by a flag, made when they are due. */
#include <string.h>

#include "heap/fast/fast_bins.h"
#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_quick.h"
#include "heap/fast/fast_slabs.h"
#include "heap/fast/fast_tables.h"

uint32_t hg_fast_table_make(struct fast *fast, size_t size, bool may_grow)
{
    struct fast_need need = {.units = (uint32_t)fast_units_for(size), .alignment = 1};
    struct fast_block *block = hg_fast_obtain_aligned(fast, &need, may_grow);

    if (!block)
        return 0;
    block->flags |= FAST_TABLE;
    fast_tell(fast, HG_EVENT_RESERVE, block, block->units, 0);
    return fast_place(fast, block);
}

void hg_fast_table_free(struct fast *fast, uint32_t place)
{
    struct fast_block *block = fast_block_at(fast, place);

    block->flags &= ~(uint32_t)FAST_TABLE;
    fast_tell(fast, HG_EVENT_GATHER, block, block->units, 0);
    hg_fast_release(fast, block);
}

void hg_fast_sample(struct fast *fast, uint32_t units)
{
    enum { LEAST = 512 * FAST_PAGE }; /* in a smaller heap slabs would cost more than they hasten */

    if (fast->heap.size < LEAST || fast->small == FAST_ALL_SMALL)
        return;
    if (units <= FAST_SMALL_CLASSES + 1)
        fast->small++;
    else if (fast->small > 0)
        fast->small--;
}

/* The classes that the heap can bear. */
static uint32_t classes_now(const struct fast *fast)
{
    enum { LEAST = 256 * FAST_PAGE }; /* with large ones */

    return fast->heap.flags & FAST_HAS_SLABS && fast->heap.size >= LEAST ? FAST_CLASSES
                                                                         : fast_classes(fast);
}

void hg_fast_see_to_tables(struct fast *fast)
{
    enum { LATER = 64 }; /* look again when the heap has grown by this part of it */
    uint64_t grains = fast->heap.size / FAST_GRAIN;
    bool is_crowded = fast->due == FAST_CROWDED;

    fast->due = (uint32_t)(grains + grains / LATER + 1);
    if (is_crowded)
        hg_fast_make_bins(fast);
    if (fast->heap.flags & FAST_HAS_QUICK_LISTS)
        hg_fast_make_quick(fast);
    if (fast_classes(fast) < classes_now(fast))
        hg_fast_make_map(fast, fast->map_pages);
}

bool hg_fast_make_map(struct fast *fast, uint32_t pages)
{
    uint32_t had = fast_classes(fast), classes = classes_now(fast);
    uint32_t place = hg_fast_table_make(fast, fast_map_size(classes, pages), true);
    uint32_t old = fast->map ? fast->map - had : 0;
    size_t room;

    if (!place)
        return false;
    room = fast_bytes(fast_block_at(fast, place)->units) - FAST_HEADER;
    memset(fast_payload_at(fast, place), 0, room);
    if (old)
        memcpy(fast_payload_at(fast, place + classes - had), fast_payload_at(fast, old),
               fast_map_size(had, fast->map_pages));
    if (classes > FAST_SMALL_CLASSES)
        fast->heap.flags |= FAST_HAS_LARGE_SLOTS;
    fast->map = place + classes;
    fast->map_pages = (uint32_t)(room - fast_map_size(classes, 0));
    if (old)
        hg_fast_table_free(fast, old);
    return true;
}
