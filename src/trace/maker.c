/* maker.c: see maker.h. */
#include "trace/maker.h"

#include <stdlib.h>

#include "base/memory.h"

static void add(struct maker *maker, enum trace_kind kind, uint32_t id, uint64_t size)
{
    if (!maker->failed)
        maker->failed = !trace_add(maker->trace, kind, id, size, &maker->error);
}

uint32_t maker_allocate(struct maker *maker, uint64_t size)
{
    add(maker, TRACE_ALLOCATE, maker->next_id, size);
    return maker->next_id++;
}

void maker_reallocate(struct maker *maker, uint32_t id, uint64_t size)
{
    add(maker, TRACE_REALLOCATE, id, size);
}

void maker_free(struct maker *maker, uint32_t id)
{
    add(maker, TRACE_FREE, id, 0);
}

uint64_t maker_between(struct maker *maker, uint64_t low, uint64_t high)
{
    return low + random_below(&maker->random, high - low + 1);
}

uint64_t maker_skewed(struct maker *maker, uint64_t low, uint64_t high)
{
    unsigned first = bits_floor_log2(low), last = bits_floor_log2(high);
    uint64_t power = (uint64_t)1 << maker_between(maker, first, last);
    uint64_t from = power > low ? power : low, to = 2 * power - 1 < high ? 2 * power - 1 : high;

    return maker_between(maker, from, to);
}

bool maker_chance(struct maker *maker, unsigned percent)
{
    return random_below(&maker->random, 100) < percent;
}

void group_adopt(struct group *group, uint32_t id)
{
    group->ids = memory_reserve(group->ids, &group->capacity, group->count + 1, sizeof id);
    group->ids[group->count++] = id;
}

uint32_t group_allocate(struct group *group, struct maker *maker, uint64_t size)
{
    uint32_t id = maker_allocate(maker, size);

    group_adopt(group, id);
    return id;
}

void group_free_one(struct group *group, struct maker *maker)
{
    size_t chosen = random_below(&maker->random, group->count);

    maker_free(maker, group->ids[chosen]);
    group->ids[chosen] = group->ids[--group->count];
}

void group_free_all(struct group *group, struct maker *maker)
{
    for (size_t i = 0; i < group->count; i++)
        maker_free(maker, group->ids[i]);
    free(group->ids);
    *group = (struct group){0};
}
