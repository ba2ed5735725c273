/* op.h: the vocabulary of operations: what a step asks of a heap, and what comes of it. It says
 * nothing of processes or of how the two sides talk. */
#ifndef TARGET_OP_H
#define TARGET_OP_H

#include <stdint.h>

#define OFFSET_NULL UINT64_MAX /* an offset that stands for NULL */
#define NO_LIMIT UINT64_MAX    /* as much as the system lets the process have */

/* How many variables there can be: words in the heap process that hold pointers. */
#define VARIABLES_MAX ((uint32_t)1 << 22)

/* How many operations can go over to the heap process at once. */
enum { OPS_MAX = 4096 };

enum op_kind {
    OP_ALLOC,
    OP_CALLOC,
    OP_REALLOC,
    OP_ALIGNED,
    OP_FREE,
    OP_FILL,
    OP_LIMIT,
    OP_COALESCE,
};

struct op {
    uint32_t kind;     /* enum op_kind */
    uint32_t slot;     /* the variable */
    uint64_t size;     /* bytes asked for, of one element, to fill, or to limit the heap to */
    uint64_t argument; /* count (calloc), alignment (aligned), byte (fill) */
};

struct op_result {
    uint64_t payload;     /* what the variable holds now, as an offset; OFFSET_NULL for NULL */
    uint64_t usable;      /* bytes of the payload that may be used; 0 for NULL or a freed one */
    uint64_t heap_size;   /* afterwards */
    uint64_t nanoseconds; /* in the allocator, without the clock's own cost */
    uint64_t visits;      /* free blocks looked at */
    uint32_t refused;     /* the answer was no */
    uint32_t reason;      /* of a refusal: enum hg_reason */
};

#endif
