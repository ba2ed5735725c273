/* machine.h: how much memory there is to hope for. */
#ifndef BASE_MACHINE_H
#define BASE_MACHINE_H

#include <stdint.h>

/* Bytes that this process could take now without driving the kernel to end one: what the machine
 * has available, what is left of its control group's limit, and of its own. */
uint64_t machine_memory(void);

#endif
