/* placed.c: see placed.h. Collisions go to the next slot; a slot that becomes empty is filled again
 * from those behind it, so that a search can end at the first empty one. */
#include "session/placed.h"

#include <stdlib.h>

#include "base/memory.h"

enum { CAPACITY_FIRST = 1024 };

static size_t home_of(const struct placed *placed, uint64_t key)
{
    return (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (placed->capacity - 1);
}

static size_t find(const struct placed *placed, uint64_t key)
{
    size_t at = home_of(placed, key);

    while (placed->slots[at].key != 0 && placed->slots[at].key != key)
        at = (at + 1) & (placed->capacity - 1);
    return at;
}

static void grow(struct placed *placed)
{
    struct placed larger = {.count = placed->count,
                            .capacity = placed->capacity ? 2 * placed->capacity : CAPACITY_FIRST};

    larger.slots = memory_create(larger.capacity, sizeof larger.slots[0]);
    for (size_t i = 0; i < placed->capacity; i++) {
        if (placed->slots[i].key != 0)
            larger.slots[find(&larger, placed->slots[i].key)] = placed->slots[i];
    }
    free(placed->slots);
    *placed = larger;
}

void placed_finish(struct placed *placed)
{
    free(placed->slots);
    *placed = (struct placed){0};
}

void placed_add(struct placed *placed, uint64_t offset, uint32_t place, uint64_t size)
{
    if (2 * placed->count >= placed->capacity)
        grow(placed);
    placed->slots[find(placed, offset + 1)] = (struct placed_block){offset + 1, size, place};
    placed->count++;
}

bool placed_take(struct placed *placed, uint64_t offset, struct placed_block *ret_block)
{
    size_t last = placed->capacity - 1, hole, at;

    if (placed->count == 0)
        return false;
    hole = find(placed, offset + 1);
    if (placed->slots[hole].key == 0)
        return false;
    *ret_block = placed->slots[hole];
    for (at = (hole + 1) & last; placed->slots[at].key != 0; at = (at + 1) & last) {
        size_t home = home_of(placed, placed->slots[at].key);

        if (((at - home) & last) >= ((at - hole) & last)) {
            placed->slots[hole] = placed->slots[at];
            hole = at;
        }
    }
    placed->slots[hole].key = 0;
    placed->count--;
    return true;
}
