/* address_table.c: see address_table.h. Collisions go to the next slot; a slot that becomes empty
 * is filled again from those behind it, so that a search can end at the first empty one. */
#include "base/address_table.h"

#include <stdlib.h>

#include "base/memory.h"

enum { CAPACITY_FIRST = 1024 };

static size_t home_of(const struct address_table *table, uint64_t key)
{
    return (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (table->capacity - 1);
}

static size_t find(const struct address_table *table, uint64_t key)
{
    size_t at = home_of(table, key);

    while (table->slots[at].key != 0 && table->slots[at].key != key)
        at = (at + 1) & (table->capacity - 1);
    return at;
}

static void grow(struct address_table *table)
{
    struct address_table larger = {
        .count = table->count, .capacity = table->capacity ? 2 * table->capacity : CAPACITY_FIRST};

    larger.slots = memory_create(larger.capacity, sizeof larger.slots[0]);
    for (size_t i = 0; i < table->capacity; i++) {
        if (table->slots[i].key != 0)
            larger.slots[find(&larger, table->slots[i].key)] = table->slots[i];
    }
    free(table->slots);
    *table = larger;
}

void address_table_finish(struct address_table *table)
{
    free(table->slots);
    *table = (struct address_table){0};
}

const struct address_entry *address_table_find(const struct address_table *table, uint64_t key)
{
    const struct address_entry *entry = table->count > 0 ? &table->slots[find(table, key)] : NULL;

    return entry && entry->key != 0 ? entry : NULL;
}

void address_table_add(struct address_table *table, uint64_t key, uint32_t number, uint64_t size)
{
    if (2 * table->count >= table->capacity)
        grow(table);
    table->slots[find(table, key)] = (struct address_entry){key, size, number};
    table->count++;
}

bool address_table_take(struct address_table *table, uint64_t key, struct address_entry *ret_entry)
{
    size_t last = table->capacity - 1, hole, at;

    if (table->count == 0)
        return false;
    hole = find(table, key);
    if (table->slots[hole].key == 0)
        return false;
    if (ret_entry)
        *ret_entry = table->slots[hole];
    for (at = (hole + 1) & last; table->slots[at].key != 0; at = (at + 1) & last) {
        size_t home = home_of(table, table->slots[at].key);

        if (((at - home) & last) >= ((at - hole) & last)) {
            table->slots[hole] = table->slots[at];
            hole = at;
        }
    }
    table->slots[hole].key = 0;
    table->count--;
    return true;
}
