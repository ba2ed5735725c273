/* recalled.h: allocations that a trace left, fetched one by one when they are asked for.
 *
 * What always holds: what was fetched stays where it is, and stays known, whatever becomes of it:
 * it is not fetched again. */
#ifndef SESSION_RECALLED_H
#define SESSION_RECALLED_H

#include "session/ledger.h"
#include "session/memento.h"

/* Those that were live at a moment, of which another one like it is kept; none is fetched yet. */
struct recalled *recalled_create(const struct memento *memento);
/* With the same fetched; NULL for NULL. */
struct recalled *recalled_copy(const struct recalled *recalled);
/* NULL does nothing. */
void recalled_destroy(struct recalled *recalled);

/* That of a payload, to read or to change; NULL where it was not live, or has been forgotten. */
struct allocation *recalled_find(struct recalled *recalled, uint64_t payload);

/* The payload is not live any more. */
void recalled_forget(struct allocation *allocation);

/* The one of this number, from 0, in no order; its `born` is 0 if it has been forgotten. NULL
 * behind the last. All are fetched for the first. */
const struct allocation *recalled_at(struct recalled *recalled, size_t number);

#endif
