/* origins.c: see origins.h. */
#include "session/origins.h"

#include <stdlib.h>

#include "base/memory.h"

enum { SLOTS_FIRST = 256 };

struct origins *origins_create(void)
{
    struct origins *origins = memory_create(1, sizeof *origins);

    origins->references = 1;
    return origins;
}

struct origins *origins_share(struct origins *origins)
{
    if (origins)
        origins->references++;
    return origins;
}

void origins_drop(struct origins *origins)
{
    if (!origins || --origins->references > 0)
        return;
    shelf_finish(&origins->shelf);
    free(origins->sites);
    free(origins->slots);
    free(origins);
}

static size_t find(const struct origins *origins, uint64_t address)
{
    size_t last = origins->slot_capacity - 1;
    size_t at = (size_t)((address * 0x9e3779b97f4a7c15u) >> 32) & last;

    while (origins->slots[at] != 0 && origins->sites[origins->slots[at] - 1] != address)
        at = (at + 1) & last;
    return at;
}

static void grow_slots(struct origins *origins)
{
    size_t capacity = origins->slot_capacity ? 2 * origins->slot_capacity : SLOTS_FIRST;

    free(origins->slots);
    origins->slots = memory_create(capacity, sizeof origins->slots[0]);
    origins->slot_capacity = capacity;
    for (size_t site = 0; site < origins->site_count; site++)
        origins->slots[find(origins, origins->sites[site])] = (uint32_t)site + 1;
}

static uint32_t site_of(struct origins *origins, uint64_t address)
{
    size_t at;

    if (2 * origins->site_count >= origins->slot_capacity)
        grow_slots(origins);
    at = find(origins, address);
    if (origins->slots[at] == 0) {
        origins->sites = memory_reserve(origins->sites, &origins->site_capacity,
                                        origins->site_count + 1, sizeof origins->sites[0]);
        origins->sites[origins->site_count++] = address;
        origins->slots[at] = (uint32_t)origins->site_count;
    }
    return origins->slots[at] - 1;
}

bool origins_reserve(struct origins *origins, size_t more, uint64_t memory_most)
{
    bool has_room = shelf_reserve(&origins->shelf, origins->count + more, sizeof origins->items[0],
                                  memory_most);

    origins->items = origins->shelf.items;
    return has_room;
}

bool origins_add(struct origins *origins, const struct call *call)
{
    size_t sites = origins->site_count;
    uint32_t site = site_of(origins, call->caller);

    if (origins->count == 0)
        origins->began = call->time;
    if (origins->count == origins->shelf.capacity && !origins_reserve(origins, 1, UINT64_MAX))
        memory_exhausted();
    origins->items[origins->count++] = (struct origin){
        (call->time - origins->began) & (UINT64_MAX >> 1), call->is_timed, site, call->thread};
    return origins->site_count > sites;
}
