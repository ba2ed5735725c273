/* run.h: carrying out operations one after the other and telling of each, in the heap process. */
#ifndef TARGET_RUN_H
#define TARGET_RUN_H

#include "target/server.h"

/* Events are written while the clock runs: let most operations meet no page fault there. Where the
 * kernel cannot do this beforehand, they do. */
void run_touch_events(struct exchange_half *half);

/* Give the heap memory beside it, which has a use for it. A clone has it anew: else each page of it
 * that is written to would be copied first, here as there. */
void run_lend(struct hg_aside *aside);

/* Let the answer at hand be written from the beginning of a half on. */
void run_begin_half(struct server *server, struct exchange_half *half);

/* Carry out the operations of the request, up to the last that there is room and time for, and
 * write what came of each. It may be abandoned anywhere: reply.ops_done says how many have been
 * told of. */
void run_and_tell(struct server *server);

/* Carry out the operations of the request, and write their results alone. */
void run_silently(struct server *server);

#endif
