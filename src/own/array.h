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

/* The largest array that a library may write to, by its symbols, if it does not move the break, or
 * only to take memory as of taken.h.
 *   bytes    of its ELF file, for this machine, whatever there is in it
 *   source   one, stripped, that must say that it is an array of bytes; NULL for any array
 *   returns  false where it has none that could be a heap */
bool own_array_find(const struct text *bytes, const char *source, struct own_array *ret_array);

#endif
