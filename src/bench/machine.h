/* machine.h: how much memory a heap that is measured can hope for. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdint.h>

/* Bytes that this process could take now without driving the kernel to end one: what the machine
 * has available, what its control group allows, what its limits do. */
uint64_t machine_memory(void);

#endif
