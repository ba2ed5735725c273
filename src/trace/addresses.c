/* addresses.c: see addresses.h. */
#include "trace/addresses.h"

#include <inttypes.h>

void addresses_finish(struct addresses *addresses)
{
    address_table_finish(&addresses->ids);
}

uint32_t addresses_find(const struct addresses *addresses, uint64_t address)
{
    const struct address_entry *entry =
        address != 0 ? address_table_find(&addresses->ids, address) : NULL;

    return entry ? entry->number : TRACE_NULL_ID;
}

static void put(struct addresses *addresses, uint64_t address, uint32_t id)
{
    address_table_add(&addresses->ids, address, id, 0);
}

static void take_out(struct addresses *addresses, uint64_t address)
{
    address_table_take(&addresses->ids, address, NULL);
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
