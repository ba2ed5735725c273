/* placed.h: which variable has the block at an offset, of a program's blocks that are live: a table
 * hashed by offset. One that is all zero is empty. */
#ifndef SESSION_PLACED_H
#define SESSION_PLACED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct placed_block {
    uint64_t key; /* 1 + its offset; 0: there is none here */
    uint64_t size;
    uint32_t place;
};

struct placed {
    struct placed_block *slots;
    size_t count, capacity; /* capacity is 0 or a power of two, of which half is used at most */
};

void placed_finish(struct placed *placed);

/* Add a block, where there is none yet. */
void placed_add(struct placed *placed, uint64_t offset, uint32_t place, uint64_t size);

/* Take the block at an offset out of the table; false where there is none.
 *   ret_block  the block */
bool placed_take(struct placed *placed, uint64_t offset, struct placed_block *ret_block);

#endif
