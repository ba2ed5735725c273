/* maps.h: what a process has mapped, as the kernel lists it in /proc/PID/maps. */
#ifndef BASE_MAPS_H
#define BASE_MAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum { MAPPING_NAME_MAX = 4352 }; /* a path, and that its file was deleted */

/* A line of it. */
struct mapping {
    uint64_t start, end; /* addresses; it is not empty */
    bool is_readable, is_writable;
    char name[MAPPING_NAME_MAX]; /* a path, "[heap]", or "" for none */
};

/* Append all lines; of a process that has ended there are none.
 *   returns  false with errno set if they cannot be read */
bool maps_read(int pid, struct text *text);

/* Take the first mapping from `*lines` on, which moves behind its line; lines that cannot be read
 * are left out. False where there are no more. */
bool maps_next(const char **lines, struct mapping *ret_mapping);

#endif
