/* call_reader.h: the cells of a ring (trace/call_ring.h) made into calls. */
#ifndef FOLLOW_CALL_READER_H
#define FOLLOW_CALL_READER_H

#include <stddef.h>

#include "trace/call_ring.h"

enum { CALL_READER_MOST = 4096 };

/* One that is all zero has read nothing. */
struct call_reader {
    uint64_t position; /* cells that were read */
    struct call next;  /* what is known of the next call */
    uint32_t due;      /* the cell was read of which the next is the value; 0 for none */
    uint64_t sites[CALL_SITES];
    struct call calls[CALL_READER_MOST]; /* that were read, of which those from `first` */
    size_t first, end;                   /* to `end` were not taken */
};

/* Read cells in a row, as long as there is room for the calls that they make. The program may write
 * over them meanwhile; what cannot be a call is one of kind CALL_KINDS.
 *   returns  how many were read */
size_t call_reader_read(struct call_reader *reader, const struct call_cell *cells, size_t count);

/* What call a cell is that would be read next, without its answer. False for none. */
bool call_reader_peek(const struct call_reader *reader, const struct call_cell *cell,
                      struct call *ret_call);

#endif
