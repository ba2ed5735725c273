/* addresses.h: which block of a trace lies at an address, for formats that tell of addresses. Each
 * allocation gets an id of its own, in the order in which they were made; what is resized keeps its
 * id.
 *
 * A table that is all zero is empty. */
#ifndef TRACE_ADDRESSES_H
#define TRACE_ADDRESSES_H

#include "base/address_table.h"
#include "trace/trace.h"

struct addresses {
    struct address_table ids; /* of the live blocks; the sizes are not used */
};

void addresses_finish(struct addresses *addresses);

/* The id at an address; TRACE_NULL_ID for none. */
uint32_t addresses_find(const struct addresses *addresses, uint64_t address);

/* What came of a call, as operations of a trace. A block at 0 is one that was refused: nothing is
 * added of it.
 *   errors  something is there already, or nothing is; what trace_add refuses. Nothing is added
 *           then */
bool addresses_allocate(struct addresses *addresses, struct trace *trace, uint64_t address,
                        uint64_t size, struct error *error);
bool addresses_release(struct addresses *addresses, struct trace *trace, uint64_t address,
                       struct error *error);
bool addresses_resize(struct addresses *addresses, struct trace *trace, uint64_t from, uint64_t to,
                      uint64_t size, struct error *error);

#endif
