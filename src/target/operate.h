/* operate.h: carrying out operations, in the heap process. */
#ifndef TARGET_OPERATE_H
#define TARGET_OPERATE_H

#include "target/server.h"

/* The least time between two readings of the clock, in nanoseconds. */
uint64_t operate_measure_clock(void);

/* Carry out the operations of the request, and write their results. It may be abandoned anywhere:
 * reply.ops_done says how far it came. */
void operate(struct server *server);

#endif
