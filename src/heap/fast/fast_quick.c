/* fast_quick.c: emptying the quick lists. */
#include "heap/fast/fast_quick.h"

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

/* The same with all lists that a word of bits tells of. False if they were empty. */
static bool empty_word(struct fast *fast, struct fast_quick *quick, uint32_t word)
{
    uint64_t filled = quick->filled[word];
    bool had_any = false;

    quick->filled[word] = 0;
    for (; filled; filled &= filled - 1) {
        uint32_t units = word * FAST_QUICK_WORD + (uint32_t)__builtin_ctzll(filled);
        uint32_t place = quick->heads[units];

        quick->heads[units] = 0;
        had_any |= place != 0;
        empty_list(fast, place);
    }
    return had_any;
}

bool hg_fast_quick_empty(struct fast *fast)
{
    struct fast_quick *quick = fast_quick(fast);
    bool had_any = false;

    if (!fast->waiting)
        return false;
    fast->waiting = 0;
    for (uint32_t word = 0; word < FAST_QUICK_WORDS; word++) {
        if (quick->filled[word])
            had_any |= empty_word(fast, quick, word);
    }
    return had_any;
}

/* Grains of the largest blocks that may wait in a heap of this size: 0 for none. */
static uint32_t most_now(const struct fast *fast)
{
    enum { SHARE = 192, LEAST = 32 }; /* part of the heap; fewer lists are not worth it */
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
    fast->quick_most = most;
    if (old)
        hg_fast_table_free(fast, old);
}
