/* ledger.c: see ledger.h. */
#include "session/ledger.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/bits.h"
#include "base/memory.h"
#include "session/recalled.h"

enum { CAPACITY_LEAST = 64, MOVED_AT_ONCE = 32 };

void ledger_finish(struct ledger *ledger)
{
    free(ledger->table.entries);
    free(ledger->old.entries);
    recalled_destroy(ledger->recalled);
    *ledger = (struct ledger){0};
}

static struct ledger_table copy_table(const struct ledger_table *table)
{
    struct ledger_table copy = {.capacity = table->capacity};

    if (table->capacity == 0)
        return copy;
    copy.entries = memory_create(table->capacity, sizeof copy.entries[0]);
    memory_copy(copy.entries, table->entries, table->capacity * sizeof copy.entries[0]);
    return copy;
}

struct ledger ledger_copy(const struct ledger *ledger)
{
    struct ledger copy = *ledger;

    copy.table = copy_table(&ledger->table);
    copy.old = copy_table(&ledger->old);
    copy.recalled = recalled_copy(ledger->recalled);
    return copy;
}

/* ---- One table ---- */

/* The place where the search for a payload begins. */
static size_t home_of(const struct ledger_table *table, uint64_t payload)
{
    return (size_t)((bits_mix(payload) >> 32) * table->capacity >> 32);
}

static size_t after(const struct ledger_table *table, size_t place)
{
    return place + 1 < table->capacity ? place + 1 : 0;
}

/* The place of a payload, or the free one where it would be entered; there are some. */
static size_t place_of(const struct ledger_table *table, uint64_t payload)
{
    size_t place = home_of(table, payload);

    while (table->entries[place].born != 0 && table->entries[place].payload != payload)
        place = after(table, place);
    return place;
}

/* The entry of a payload in a table; NULL if it has none there. */
static struct allocation *find_in(const struct ledger_table *table, uint64_t payload)
{
    struct allocation *entry =
        table->capacity > 0 ? &table->entries[place_of(table, payload)] : NULL;

    return entry && entry->born != 0 ? entry : NULL;
}

/* Whether the search for an entry at `place` that begins at `home` passes `gap`. */
static bool passes(size_t home, size_t gap, size_t place)
{
    return place > gap ? home <= gap || home > place : home <= gap && home > place;
}

/* Take an entry out of a table; those behind it that would not be found beyond the gap move into
 * it. */
static void take_out(const struct ledger_table *table, const struct allocation *entry)
{
    struct allocation *entries = table->entries;
    size_t gap = (size_t)(entry - entries);

    for (size_t place = after(table, gap); entries[place].born != 0; place = after(table, place)) {
        if (passes(home_of(table, entries[place].payload), gap, place)) {
            entries[gap] = entries[place];
            gap = place;
        }
    }
    entries[gap] = (struct allocation){0};
}

/* ---- From the old table into the new one ---- */

/* See to so many places of the old table, and on to one that is free. */
static void move_some(struct ledger *ledger, size_t most)
{
    struct ledger_table *old = &ledger->old, *table = &ledger->table;

    if (old->capacity == 0)
        return;
    for (size_t moved = 0;; moved++, ledger->moving.seen++) {
        struct allocation *entry = &old->entries[moving_place(&ledger->moving)];

        if (entry->born != 0)
            table->entries[place_of(table, entry->payload)] = *entry;
        else if (moving_rests(&ledger->moving, moved, most))
            break;
        entry->born = 0;
    }
    if (!moving_is_done(&ledger->moving))
        return;
    free(old->entries);
    *old = (struct ledger_table){0};
}

static void begin_to_move(struct ledger *ledger, size_t capacity)
{
    ledger->old = ledger->table;
    ledger->table =
        (struct ledger_table){memory_create(capacity, sizeof(struct allocation)), capacity};
    ledger->moving = (struct moving){.places = ledger->old.capacity};
    while (ledger->moving.places > 0 && ledger->old.entries[ledger->moving.begins].born != 0)
        ledger->moving.begins++;
}

/* Keep at least half of the places free. */
static void make_room(struct ledger *ledger)
{
    size_t capacity = CAPACITY_LEAST, count = ledger->count - ledger->recalled_count;

    if (2 * (count + 1) <= ledger->table.capacity)
        return;
    move_some(ledger, ledger->old.capacity);
    while (capacity < 4 * (count + 1))
        capacity *= 2;
    begin_to_move(ledger, capacity);
}

/* ---- Both ---- */

void ledger_recall(struct ledger *ledger, struct recalled *recalled, size_t count)
{
    ledger->recalled = recalled;
    ledger->recalled_count = ledger->count = count;
}

/* The table that a payload's entry is in, or would be. */
static const struct ledger_table *table_of(const struct ledger *ledger, uint64_t payload)
{
    bool is_old = ledger->old.capacity > 0 &&
                  !moving_has_passed(&ledger->moving, home_of(&ledger->old, payload));

    return is_old ? &ledger->old : &ledger->table;
}

/* The entry of a payload in the tables; NULL if it has none there. */
static struct allocation *find_entered(const struct ledger *ledger, uint64_t payload)
{
    return find_in(table_of(ledger, payload), payload);
}

struct allocation *ledger_find(const struct ledger *ledger, uint64_t payload)
{
    struct allocation *entry = find_entered(ledger, payload);

    return entry || !ledger->recalled ? entry : recalled_find(ledger->recalled, payload);
}

struct allocation *ledger_enter(struct ledger *ledger, const struct allocation *allocation)
{
    const struct ledger_table *table;
    struct allocation *entry;

    make_room(ledger);
    move_some(ledger, MOVED_AT_ONCE);
    entry = ledger_find(ledger, allocation->payload);
    table = table_of(ledger, allocation->payload);
    if (!entry)
        entry = &table->entries[place_of(table, allocation->payload)];
    ledger->count += entry->born == 0;
    ledger->lost += (allocation->lost_in > 0) - (entry->lost_in > 0);
    *entry = *allocation;
    return entry;
}

void ledger_reserve(struct ledger *ledger, size_t count)
{
    size_t capacity = 2 * count + count / 4 + CAPACITY_LEAST; /* a few more can come, too */

    if (ledger->table.capacity > 0)
        return;
    ledger->table =
        (struct ledger_table){memory_create(capacity, sizeof(struct allocation)), capacity};
}

void ledger_expect(const struct ledger *ledger, uint64_t payload)
{
    const struct ledger_table *table = &ledger->table;

    if (table->capacity > 0)
        __builtin_prefetch(&table->entries[home_of(table, payload)]);
}

void ledger_remove(struct ledger *ledger, uint64_t payload)
{
    struct allocation *entry = ledger_find(ledger, payload);

    if (!entry)
        return;
    ledger->count--;
    ledger->lost -= entry->lost_in > 0;
    if (find_entered(ledger, payload)) {
        take_out(table_of(ledger, payload), entry);
    } else {
        recalled_forget(entry);
        ledger->recalled_count--;
    }
}

const struct allocation *ledger_next(const struct ledger *ledger, size_t *place)
{
    size_t entered = ledger->table.capacity + ledger->old.capacity;
    const struct allocation *entry;

    while (*place < entered) {
        size_t number = (*place)++;

        entry = number < ledger->table.capacity
                    ? &ledger->table.entries[number]
                    : &ledger->old.entries[number - ledger->table.capacity];

        if (entry->born != 0)
            return entry;
    }
    while (ledger->recalled && (entry = recalled_at(ledger->recalled, *place - entered))) {
        (*place)++;
        if (entry->born != 0)
            return entry;
    }
    return NULL;
}
