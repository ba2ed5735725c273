/* garbage.h: the collector at work in the heap process. Its roots are the variables. */
#ifndef TARGET_GARBAGE_H
#define TARGET_GARBAGE_H

#include "target/server.h"

/* What the heap must be able to do for it. */
enum { GARBAGE_NEEDS = KIND_ACTS | KIND_WALKS | KIND_TELLS_FREE };

/* Where a heap that is placed gets its memory: the break, which is kept where it is while
 * server->keeps_break. */
struct hg_os garbage_os(struct server *server);

/* Free what the first `roots` variables do not lead to, looking at every `window`-th byte; or only
 * find it. The recorder is told. What was found before is forgotten.
 *   returns  whether it was done, which says nothing of whether there was anything to free; it was
 *            not, with errno set, and nothing changed, where there is no memory or the front has
 *            stopped it */
bool garbage_collect(struct server *server, uint32_t roots, uint32_t window, bool sweeps);

/* Collect the payloads that were found last, from the number `from` on, as many as there is room
 * for: into `ret_payloads`.
 *   returns  how many */
uint64_t garbage_list(const struct server *server, uint64_t from, uint64_t *ret_payloads,
                      uint64_t most);

#endif
