/* own_before.h: what an allocator of the user's does before the heap begins that is looked at: the
 * operations of a trace, on a heap that is given up then. So mm_init finds what it left of the heap
 * before, as where a driver runs one trace after another. */
#ifndef KIND_OWN_BEFORE_H
#define KIND_OWN_BEFORE_H

#include <stdint.h>

#include "kind/own.h"

/* The variable that names a file of such operations; there are none where it is not set. */
#define OWN_BEFORE "HEAPGLASS_ALLOCATOR_BEFORE"

enum own_before_kind { OWN_BEFORE_ALLOCATE, OWN_BEFORE_FREE, OWN_BEFORE_REALLOCATE };

struct own_before_op {
    uint64_t size; /* bytes asked for */
    uint32_t id;   /* whose payload; UINT32_MAX for NULL */
    uint32_t kind; /* enum own_before_kind */
};

/* Carry them out, and fill each payload as who examines it does.
 *   returns  what is wrong; NULL for nothing */
const char *own_before_go(const struct own_calls *calls);

#endif
