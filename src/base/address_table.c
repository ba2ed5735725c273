/* address_table.c: see address_table.h. Collisions go to the next slot; a slot that becomes empty
 * is filled again from those behind it, so that a search can end at the first empty one. */
#include "base/address_table.h"

#include <stdlib.h>

#include "base/memory.h"

enum { CAPACITY_FIRST = 1024, MOVED_AT_ONCE = 8 };

/* The slot where the search for a key begins: the upper bits of a product. */
static size_t home_of(const struct address_slots *slots, uint64_t key)
{
    return (size_t)(key * 0x9e3779b97f4a7c15u >> (64 - __builtin_ctzll(slots->capacity)));
}

static size_t find(const struct address_slots *slots, uint64_t key)
{
    size_t at = home_of(slots, key);

    while (slots->entries[at].key != 0 && slots->entries[at].key != key)
        at = (at + 1) & (slots->capacity - 1);
    return at;
}

/* Those that a key is in, if it is in the table. */
static const struct address_slots *slots_of(const struct address_table *table, uint64_t key)
{
    bool is_old =
        table->old.capacity > 0 && !moving_has_passed(&table->moving, home_of(&table->old, key));

    return is_old ? &table->old : &table->slots;
}

/* ---- Growing ---- */

static void begin_to_move(struct address_table *table)
{
    table->old = table->slots;
    table->slots.capacity = table->old.capacity ? 2 * table->old.capacity : CAPACITY_FIRST;
    table->slots.entries = memory_create(table->slots.capacity, sizeof table->slots.entries[0]);
    table->moving = (struct moving){.places = table->old.capacity};
    while (table->moving.places > 0 && table->old.entries[table->moving.begins].key != 0)
        table->moving.begins++;
}

/* See to so many old slots, and on to one that is empty. */
static void move_some(struct address_table *table, size_t most)
{
    struct address_slots *old = &table->old;

    if (old->capacity == 0)
        return;
    for (size_t moved = 0;; moved++, table->moving.seen++) {
        struct address_entry *entry = &old->entries[moving_place(&table->moving)];

        if (entry->key != 0)
            table->slots.entries[find(&table->slots, entry->key)] = *entry;
        else if (moving_rests(&table->moving, moved, most))
            break;
        entry->key = 0;
    }
    if (!moving_is_done(&table->moving))
        return;
    free(old->entries);
    *old = (struct address_slots){0};
}

static void make_room(struct address_table *table)
{
    if (2 * table->count >= table->slots.capacity) {
        move_some(table, table->old.capacity);
        begin_to_move(table);
    }
    move_some(table, MOVED_AT_ONCE);
}

/* ---- Asking and changing ---- */

void address_table_finish(struct address_table *table)
{
    free(table->slots.entries);
    free(table->old.entries);
    *table = (struct address_table){0};
}

const struct address_entry *address_table_find(const struct address_table *table, uint64_t key)
{
    const struct address_slots *slots = slots_of(table, key);
    const struct address_entry *entry = table->count > 0 ? &slots->entries[find(slots, key)] : NULL;

    return entry && entry->key != 0 ? entry : NULL;
}

void address_table_add(struct address_table *table, uint64_t key, uint32_t number, uint64_t size)
{
    const struct address_slots *slots;

    make_room(table);
    slots = slots_of(table, key);
    slots->entries[find(slots, key)] = (struct address_entry){key, size, number};
    table->count++;
}

bool address_table_take(struct address_table *table, uint64_t key, struct address_entry *ret_entry)
{
    const struct address_slots *slots = slots_of(table, key);
    size_t last = slots->capacity - 1, hole, at;

    if (table->count == 0)
        return false;
    hole = find(slots, key);
    if (slots->entries[hole].key == 0)
        return false;
    if (ret_entry)
        *ret_entry = slots->entries[hole];
    for (at = (hole + 1) & last; slots->entries[at].key != 0; at = (at + 1) & last) {
        size_t home = home_of(slots, slots->entries[at].key);

        if (((at - home) & last) >= ((at - hole) & last)) {
            slots->entries[hole] = slots->entries[at];
            hole = at;
        }
    }
    slots->entries[hole].key = 0;
    table->count--;
    return true;
}
