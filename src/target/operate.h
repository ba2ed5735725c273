/* operate.h: carrying out operations, in the heap process. */
#ifndef TARGET_OPERATE_H
#define TARGET_OPERATE_H

#include "target/server.h"

/* The least time between two readings of the clock, in nanoseconds. */
uint64_t operate_measure_clock(void);

/* Carry out an operation.
 *   ret_ended  the clock's reading then, in nanoseconds */
struct op_result operate(struct server *server, const struct op *op, uint64_t *ret_ended);

#endif
