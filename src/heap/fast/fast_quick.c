/* fast_quick.c: emptying the quick lists. */
#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_quick.h"
#include "heap/fast/fast_tables.h"

#include <string.h>

/* Merge the blocks of the list that starts at `place`. */
static void empty_list(struct fast *fast, uint32_t place)
{
    while (place) {
        struct fast_block *block = fast_block_at(fast, place);

        place = block->next;
        fast_tell_list(fast, HG_EVENT_UNLINK, FAST_LIST_QUICK + block->units, block, block->units);
        block->flags &= ~(uint32_t)FAST_QUICK;
        hg_fast_settle(fast, block);
    }
}

/* The same with all lists of a group. False if they were empty. */
static bool empty_group(struct fast *fast, uint32_t group)
{
    uint32_t *head = fast_quick(fast) + group * FAST_QUICK_GROUP;
    const uint32_t *end = fast_quick(fast) + fast->quick_most + 1;
    bool had_any = false;

    if (end > head + FAST_QUICK_GROUP)
        end = head + FAST_QUICK_GROUP;
    for (; head < end; head++) {
        uint32_t place = *head;

        if (!place)
            continue;
        *head = 0;
        had_any = true;
        empty_list(fast, place);
    }
    return had_any;
}

bool hg_fast_quick_empty(struct fast *fast)
{
    uint32_t waiting = fast->waiting;
    bool had_any = false;

    fast->waiting = 0;
    for (; waiting; waiting &= waiting - 1)
        had_any |= empty_group(fast, (uint32_t)__builtin_ctz(waiting));
    return had_any;
}

/* Grains of the largest blocks that may wait in a heap of this size: 0 for none. */
static uint32_t most_now(const struct fast *fast)
{
    enum { SHARE = 192, LEAST = 16 }; /* part of the heap; fewer lists are not worth it */
    size_t share = fast->heap.size / SHARE, lists;

    if (share < fast_quick_size(LEAST))
        return 0;
    lists = (share - fast_quick_size(0)) / sizeof(uint32_t);
    return lists < FAST_QUICK_MOST ? (uint32_t)lists : FAST_QUICK_MOST;
}

void hg_fast_make_quick(struct fast *fast)
{
    uint32_t most = most_now(fast), had = fast->quick_most, old = fast->quick, place;

    if (most <= had || (most < 2 * had && most < FAST_QUICK_MOST))
        return;
    place = hg_fast_table_make(fast, fast_quick_size(most), false);
    if (!place)
        return;
    hg_fast_quick_empty(fast);
    memset(fast_payload_at(fast, place), 0, fast_quick_size(most));
    fast->quick = place;
    fast->quick_most = (uint8_t)most;
    if (old)
        hg_fast_table_free(fast, old);
}
