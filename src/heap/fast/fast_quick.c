/* fast_quick.c: emptying the quick lists. */
#include "heap/fast/fast_quick.h"

#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_events.h"

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

/* Merge the blocks of all lists of a group. False if there were none. */
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
