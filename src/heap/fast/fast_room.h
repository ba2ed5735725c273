/* fast_room.h: making room without new memory: what is held back becomes free, and tables that cut
 * free memory in two move aside.
 *
 * What always holds: when the heap has grown for a block, no run of free, waiting and spare memory
 * is left that could have held it. */
#ifndef HEAP_FAST_ROOM_H
#define HEAP_FAST_ROOM_H

#include "heap/fast/fast_layout.h"

/* Whether hg_fast_make_room may change anything. A heap that only grows finds out here, in few
 * instructions, that nothing is held back, and no table in the way. */
bool hg_fast_may_make_room(const struct fast *fast, uint32_t units);

/* Make free blocks of what is held back. False if there was nothing. */
bool hg_fast_give_back(struct fast *fast);

/* Make room for a block of `units`, for which the heap would grow: a search may then find one, or
 * the last block be larger. False if nothing changed. */
bool hg_fast_make_room(struct fast *fast, uint32_t units);

/* Make room to the right of `block`, used, which is to have `units`. False if nothing changed. */
bool hg_fast_make_room_beside(struct fast *fast, const struct fast_block *block, uint32_t units);

/* Make a free block of the table at `place`. */
void hg_fast_free_table(struct fast *fast, uint32_t place);

#endif
