/* collect.h: reading the heap back into the exchange, in the heap process. */
#ifndef TARGET_COLLECT_H
#define TARGET_COLLECT_H

#include "target/server.h"

/* Tell the heap whether it is still from now on: one of many blocks is read with several walks, in
 * between which nothing changes. */
void collect_hold(struct server *server, bool is_still);

/* Pack the blocks from the offset `from` on, where one starts, into the half of the exchange that
 * was asked for: as many as there is room for, up to the first that is odd. */
void collect_packed(struct server *server, uint64_t from);

/* Collect the blocks of [low, high) as they stand in memory now, as many as there is room for. */
void collect_blocks(struct server *server, uint64_t low, uint64_t high);

/* Collect the events since the recorder was reset, and the blocks that changed: those that the
 * events tell of, or that the heap has inferred; all blocks where neither is known. */
void collect_changes(struct server *server);

/* Collect at most `request.count` first items of each list from `request.list` on that has any. */
void collect_lists(struct server *server);

/* Collect all items of all lists.
 *   returns  false where a list has more than a run can have */
bool collect_all_lists(struct server *server, uint64_t *ret_items);

/* Collect the items of the list `request.list` from the `request.from`-th on. */
void collect_list(struct server *server);

/* Collect the heap's bytes from `request.from` on. */
void collect_bytes(struct server *server);

/* Collect what `request.count` variables from the `request.from`-th on hold. */
void collect_words(struct server *server);

#endif
