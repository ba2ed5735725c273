/* limit.h: the limits of the process: lowering one, and telling which is behind an error of the
 * system's. */
#ifndef BASE_LIMIT_H
#define BASE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

#include "base/error.h"

/* Append the limits of this process, which those that it starts have as well, that can be behind
 * the errno `number`, 0 for any: "; the limit on addresses is 20000 KiB (ulimit -v)". */
void limit_add_causes(int number, struct error *error);

/* Lower a limit: to `soft`, of which the process is told, and to `hard`. One that is lower already
 * stays. Returns false with errno set if the kernel does not. */
bool limit_lower(__rlimit_resource_t resource, uint64_t soft, uint64_t hard);

#endif
