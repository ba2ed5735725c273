/* traced_rows.h: the rows of traced steps (see traced.h). Packed, as of ten million steps each byte
 * counts: most take some 12 bytes. */
#ifndef SESSION_TRACED_ROWS_H
#define SESSION_TRACED_ROWS_H

#include "base/packed_rows.h"
#include "target/op.h"

/* Addresses have 47 bits, and so have the sizes of what lies there. */
struct traced_step {
    uint64_t payload_bits : 48; /* see traced_payload */
    uint64_t usable : 48;       /* see struct op_result */
    uint64_t heap_size : 48;
    uint64_t live : 48; /* bytes asked for by all that is live afterwards */
    uint64_t size : 48;
    uint64_t place : 24;
    uint64_t kind : 8; /* enum op_kind: one that allocates, resizes or frees */
    uint64_t refused : 1;
    uint64_t power : 6; /* of OP_ALIGNED: the alignment is 2 to it */
    uint32_t nanoseconds;
} __attribute__((packed, aligned(8)));

_Static_assert(sizeof(struct traced_step) == 40, "a row is five words before it is packed");

/* What the numbers in a row are cut off to. */
#define TRACED_SIZE_MOST (((uint64_t)1 << 48) - 1)
#define TRACED_PLACE_MOST (((uint32_t)1 << 24) - 1)

_Static_assert(VARIABLES_MAX < TRACED_PLACE_MOST, "a row has room for each place");

/* The payload of a step, as in struct op_result: its bits as a number with a sign. */
static inline uint64_t traced_payload(const struct traced_step *step)
{
    return (uint64_t)((int64_t)((uint64_t)step->payload_bits << 16) >> 16);
}

void traced_rows_begin(struct packed_rows *rows);
void traced_rows_add(struct packed_rows *rows, const struct traced_step *step);

/* Step number `number`, from 1; and of that only what says what it does to its place: kind, place,
 * payload, and whether it was refused. */
struct traced_step traced_rows_step(const struct packed_rows *rows, size_t number);
struct traced_step traced_rows_deed(const struct packed_rows *rows, size_t number);

/* Single numbers of it. */
uint64_t traced_rows_payload(const struct packed_rows *rows, size_t number);
uint64_t traced_rows_size(const struct packed_rows *rows, size_t number);
uint64_t traced_rows_live(const struct packed_rows *rows, size_t number);
uint64_t traced_rows_heap_size(const struct packed_rows *rows, size_t number);
uint32_t traced_rows_nanoseconds(const struct packed_rows *rows, size_t number);

/* The nanoseconds of those behind number `from`, up to number `to`. */
uint64_t traced_rows_time(const struct packed_rows *rows, size_t from, size_t to);

/* Rows that lie together, for who goes through many of them. */
struct traced_view {
    const struct packed_rows *rows;
    bool are_deeds;
    size_t block, count; /* the first `count` rows of a block are there; 0 of none */
    struct traced_step steps[PACKED_ROWS];
};

/* A view of steps, or of deeds, that none were asked for yet. */
void traced_view_begin(struct traced_view *view, const struct packed_rows *rows, bool are_deeds);

/* A step or a deed; valid until the view is asked for another.
 *   cost  some nanoseconds where they are asked for in order */
const struct traced_step *traced_view_at(struct traced_view *view, size_t number);

#endif
