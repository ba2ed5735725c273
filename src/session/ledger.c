/* ledger.c: see ledger.h. A hash table with linear probing: an entry stands at the place that its
 * payload's hash names, or at the first free one behind it, and no free place is in between. */
#include "session/ledger.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/bits.h"
#include "base/memory.h"

enum { CAPACITY_LEAST = 64 };

void ledger_finish(struct ledger *ledger)
{
    free(ledger->entries);
    *ledger = (struct ledger){0};
}

struct ledger ledger_copy(const struct ledger *ledger)
{
    struct ledger copy = *ledger;

    copy.entries = memory_create(ledger->capacity + 1, sizeof copy.entries[0]);
    memory_copy(copy.entries, ledger->entries, ledger->capacity * sizeof copy.entries[0]);
    return copy;
}

/* The place where the search for a payload begins. */
static size_t home_of(const struct ledger *ledger, uint64_t payload)
{
    return bits_mix(payload) & (ledger->capacity - 1);
}

static size_t after(const struct ledger *ledger, size_t place)
{
    return (place + 1) & (ledger->capacity - 1);
}

/* The place of a payload, or the free one where it would be entered; there are some. */
static size_t place_of(const struct ledger *ledger, uint64_t payload)
{
    size_t place = home_of(ledger, payload);

    while (ledger->entries[place].born != 0 && ledger->entries[place].payload != payload)
        place = after(ledger, place);
    return place;
}

struct allocation *ledger_find(const struct ledger *ledger, uint64_t payload)
{
    struct allocation *entry;

    if (ledger->count == 0)
        return NULL;
    entry = &ledger->entries[place_of(ledger, payload)];
    return entry->born != 0 ? entry : NULL;
}

/* Keep at least half of the places free. */
static void make_room(struct ledger *ledger)
{
    struct ledger larger = {
        .count = ledger->count, .capacity = CAPACITY_LEAST, .lost = ledger->lost};
    const struct allocation *entry;
    size_t place = 0;

    if (2 * (ledger->count + 1) <= ledger->capacity)
        return;
    while (larger.capacity < 4 * (ledger->count + 1))
        larger.capacity *= 2;
    larger.entries = memory_create(larger.capacity, sizeof larger.entries[0]);
    while ((entry = ledger_next(ledger, &place)))
        larger.entries[place_of(&larger, entry->payload)] = *entry;
    free(ledger->entries);
    *ledger = larger;
}

void ledger_enter(struct ledger *ledger, const struct allocation *allocation)
{
    struct allocation *entry;

    make_room(ledger);
    entry = &ledger->entries[place_of(ledger, allocation->payload)];
    ledger->count += entry->born == 0;
    ledger->lost += (allocation->lost_in > 0) - (entry->lost_in > 0);
    *entry = *allocation;
}

/* Whether the search for an entry at `place` that begins at `home` passes `gap`. */
static bool passes(size_t home, size_t gap, size_t place)
{
    return place > gap ? home <= gap || home > place : home <= gap && home > place;
}

void ledger_remove(struct ledger *ledger, uint64_t payload)
{
    struct allocation *entries = ledger->entries;
    size_t gap, place;

    if (!ledger_find(ledger, payload))
        return;
    gap = place = place_of(ledger, payload);
    ledger->count--;
    ledger->lost -= entries[place].lost_in > 0;
    /* entries behind it that would not be found beyond a gap move into it */
    for (place = after(ledger, place); entries[place].born != 0; place = after(ledger, place)) {
        if (passes(home_of(ledger, entries[place].payload), gap, place)) {
            entries[gap] = entries[place];
            gap = place;
        }
    }
    entries[gap] = (struct allocation){0};
}

const struct allocation *ledger_next(const struct ledger *ledger, size_t *place)
{
    while (*place < ledger->capacity) {
        const struct allocation *entry = &ledger->entries[(*place)++];

        if (entry->born != 0)
            return entry;
    }
    return NULL;
}
