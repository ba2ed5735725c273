/* addresses.c: see addresses.h. Open addressing; what is taken out is filled from behind. */
#include "trace/addresses.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"

void addresses_finish(struct addresses *addresses)
{
    free(addresses->slots);
    *addresses = (struct addresses){0};
}

static size_t home(const struct addresses *addresses, uint64_t address)
{
    return (size_t)((address >> 4) * 0x9e3779b97f4a7c15 >> 20) & (addresses->capacity - 1);
}

/* Where an address is, or where it would be put. */
static size_t slot_of(const struct addresses *addresses, uint64_t address)
{
    size_t slot = home(addresses, address);

    while (addresses->slots[slot].address != 0 && addresses->slots[slot].address != address)
        slot = (slot + 1) & (addresses->capacity - 1);
    return slot;
}

uint32_t addresses_find(const struct addresses *addresses, uint64_t address)
{
    size_t slot;

    if (addresses->count == 0 || address == 0)
        return TRACE_NULL_ID;
    slot = slot_of(addresses, address);
    return addresses->slots[slot].address ? addresses->slots[slot].id : TRACE_NULL_ID;
}

static void grow(struct addresses *addresses)
{
    struct addresses larger = {.count = addresses->count,
                               .capacity = addresses->capacity ? 2 * addresses->capacity : 64};

    larger.slots = memory_create(larger.capacity, sizeof larger.slots[0]);
    for (size_t i = 0; i < addresses->capacity; i++) {
        if (addresses->slots[i].address != 0)
            larger.slots[slot_of(&larger, addresses->slots[i].address)] = addresses->slots[i];
    }
    free(addresses->slots);
    *addresses = larger;
}

static void put(struct addresses *addresses, uint64_t address, uint32_t id)
{
    size_t slot;

    if (2 * addresses->count >= addresses->capacity)
        grow(addresses);
    slot = slot_of(addresses, address);
    addresses->count += addresses->slots[slot].address == 0;
    addresses->slots[slot] = (struct address_id){address, id};
}

static void take_out(struct addresses *addresses, uint64_t address)
{
    size_t mask = addresses->capacity - 1, hole = slot_of(addresses, address), next = hole;

    while (addresses->slots[next = (next + 1) & mask].address != 0) {
        size_t wanted = home(addresses, addresses->slots[next].address);

        if (((next - wanted) & mask) >= ((next - hole) & mask)) {
            addresses->slots[hole] = addresses->slots[next];
            hole = next;
        }
    }
    addresses->slots[hole].address = 0;
    addresses->count--;
}

/* ---- Calls ---- */

static bool is_free(const struct addresses *addresses, uint64_t address, struct error *error)
{
    return addresses_find(addresses, address) == TRACE_NULL_ID ||
           error_set(error, "0x%" PRIx64 " is handed out, but it has not been freed", address);
}

static bool find_live(const struct addresses *addresses, uint64_t address, uint32_t *ret_id,
                      struct error *error)
{
    *ret_id = addresses_find(addresses, address);
    return *ret_id != TRACE_NULL_ID ||
           error_set(error, "nothing is known to be at 0x%" PRIx64, address);
}

bool addresses_allocate(struct addresses *addresses, struct trace *trace, uint64_t address,
                        uint64_t size, struct error *error)
{
    uint32_t id = trace->id_count;

    if (address == 0)
        return true;
    if (!is_free(addresses, address, error) || !trace_add(trace, TRACE_ALLOCATE, id, size, error))
        return false;
    put(addresses, address, id);
    return true;
}

bool addresses_release(struct addresses *addresses, struct trace *trace, uint64_t address,
                       struct error *error)
{
    uint32_t id;

    if (address == 0)
        return trace_add(trace, TRACE_FREE, TRACE_NULL_ID, 0, error);
    if (!find_live(addresses, address, &id, error) || !trace_add(trace, TRACE_FREE, id, 0, error))
        return false;
    take_out(addresses, address);
    return true;
}

bool addresses_resize(struct addresses *addresses, struct trace *trace, uint64_t from, uint64_t to,
                      uint64_t size, struct error *error)
{
    uint32_t id;

    if (from == 0)
        return addresses_allocate(addresses, trace, to, size, error);
    if (!find_live(addresses, from, &id, error) ||
        (to != 0 && to != from && !is_free(addresses, to, error)))
        return false;
    if (to == 0 && size > 0) /* it was refused, and all is as it was */
        return true;
    if (to == 0)
        return addresses_release(addresses, trace, from, error);
    if (!trace_add(trace, TRACE_REALLOCATE, id, size, error))
        return false;
    take_out(addresses, from);
    put(addresses, to, id);
    return true;
}
