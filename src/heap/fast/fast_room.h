/* fast_room.h: making room without new memory: what is held back becomes free, and tables that cut
 * free memory in two move aside.
 *
 * What always holds: when the heap has grown for a block, no run of free, waiting and spare memory
 * is left that could have held it. */
#ifndef HEAP_FAST_ROOM_H
#define HEAP_FAST_ROOM_H

#include "heap/fast/fast_quick.h"
#include "heap/fast/fast_slots.h"

/* Whether any block is free. */
static inline bool fast_has_free(const struct fast *fast)
{
    return fast->rows_in_use | fast->loose;
}

/* Whether it may help a request for `units` if what is held back becomes free: it may join what is
 * free, or be enough by itself. */
static inline bool fast_giving_back_may_help(const struct fast *fast, uint32_t units)
{
    if (fast->spare)
        return true;
    return fast->waiting && (fast_has_free(fast) || fast_quick_waiting(fast) >= units);
}

/* Whether anything to the left of a table is free: told without a call, since it hardly ever is,
 * and each request for which the heap grows asks. Tables of tlsf, in its state, have nothing there.
 */
static inline bool fast_table_is_beside_free(const struct fast *fast)
{
    uint32_t left = FAST_LEFT_USED;

    if (fast->bins)
        left &= fast_block_at(fast, fast->bins)->flags;
    if (fast->quick)
        left &= fast_block_at(fast, fast->quick)->flags;
    if (fast->map)
        left &= fast_map_block(fast)->flags;
    return fast_unlikely(!left) && !fast_is_tlsf(fast);
}

/* Whether it may help a request for `units` if a table moves aside. */
bool hg_fast_table_in_way(const struct fast *fast, uint32_t units);

/* Make free blocks of what is held back. False if there was nothing. */
bool hg_fast_give_back(struct fast *fast);

/* Make room for a block of `units`, for which the heap would grow: a search may then find one, or
 * the last block be larger. False if nothing changed. */
bool hg_fast_make_room(struct fast *fast, uint32_t units);

/* Make free what is held back, and move tables at the end of the heap, where nothing else is but
 * what is free, further down, so that the break can. */
void hg_fast_clear_end(struct fast *fast);

/* Make room to the right of `block`, used, which is to have `units`. False if nothing changed. */
bool hg_fast_make_room_beside(struct fast *fast, const struct fast_block *block, uint32_t units);

/* Make a free block of the table at `place`. */
void hg_fast_free_table(struct fast *fast, uint32_t place);

#endif
