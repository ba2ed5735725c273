/* array.h: the memory of an allocator that asks nobody for any: an array of its own, which it hands
 * out piece by piece. */
#ifndef OWN_ARRAY_H
#define OWN_ARRAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct own_array {
    uint64_t at; /* in bytes from where the library will be loaded */
    uint64_t size;
};

/* The largest array that a library may write to, by its symbols, if it does not move the break.
 *   bytes    of its ELF file, for this machine, whatever there is in it
 *   returns  false where it has none that could be a heap */
bool own_array_find(const struct text *bytes, struct own_array *ret_array);

#endif
