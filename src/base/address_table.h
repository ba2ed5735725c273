/* address_table.h: the number and the size of the block at an address, for the blocks of a program
 * or of a trace that are live: a hash table. A key is an address that is not 0, or 1 + an offset. A
 * table that is all zero is empty. Where it becomes too small, its entries move into a larger one a
 * few at a time: see moving.h. */
#ifndef BASE_ADDRESS_TABLE_H
#define BASE_ADDRESS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/moving.h"

struct address_entry {
    uint64_t key; /* 0: there is none here */
    uint64_t size;
    uint32_t number;
};

struct address_slots {
    struct address_entry *entries;
    size_t capacity; /* 0 or a power of two */
};

struct address_table {
    struct address_slots slots; /* of which half is used at most */
    struct address_slots old;   /* whose entries move into those; none where all have */
    struct moving moving;       /* how far */
    size_t count;
};

void address_table_finish(struct address_table *table);

/* The block of a key, valid until one is added or taken; NULL where there is none. */
const struct address_entry *address_table_find(const struct address_table *table, uint64_t key);

/* Add a block, where there is none yet. */
void address_table_add(struct address_table *table, uint64_t key, uint32_t number, uint64_t size);

/* Take the block of a key out of the table; false where there is none.
 *   ret_entry  the block; NULL where nobody asks */
bool address_table_take(struct address_table *table, uint64_t key, struct address_entry *ret_entry);

#endif
