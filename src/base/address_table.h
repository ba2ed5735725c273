/* address_table.h: the number and the size of the block at an address, for the blocks of a program
 * or of a trace that are live: a hash table. A key is an address that is not 0, or 1 + an offset. A
 * table that is all zero is empty. */
#ifndef BASE_ADDRESS_TABLE_H
#define BASE_ADDRESS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address_entry {
    uint64_t key; /* 0: there is none here */
    uint64_t size;
    uint32_t number;
};

struct address_table {
    struct address_entry *slots;
    size_t count, capacity; /* capacity is 0 or a power of two, of which half is used at most */
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
