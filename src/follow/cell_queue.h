/* cell_queue.h: cells that were taken over from a ring (trace/call_ring.h) and are not read yet, in
 * memory of our own.
 *
 * A program that makes calls faster than they are read gets the few segments of its ring back at
 * once, again and again. Memory that it never had would cost it more than the calls: a page that is
 * written to for the first time takes as long as a hundred of them, and where the system is a guest
 * of another one, much longer. Ours comes in large pages, which shared memory seldom has. */
#ifndef FOLLOW_CELL_QUEUE_H
#define FOLLOW_CELL_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "trace/call_ring.h"

struct cell_chunk;

/* One that is all zero is empty. */
struct cell_queue {
    struct cell_chunk *first, *last; /* in which is read, and written */
    struct cell_chunk *spare;        /* one that is empty; NULL for none */
    size_t read, written;            /* cells of these two */
    uint64_t count;                  /* cells in it */
};

/* Where further cells are to be written, and how many have room there.
 *   returns  NULL where there is no memory for any; where the queue is empty, that ends us */
struct call_cell *cell_queue_room(struct cell_queue *queue, size_t *ret_count);

/* `count` of them, no more than have room, were written there. */
void cell_queue_add(struct cell_queue *queue, size_t count);

/* The cells that come next, those that lie in a row; and take the first `count` of these. */
const struct call_cell *cell_queue_cells(const struct cell_queue *queue, size_t *ret_count);
void cell_queue_take(struct cell_queue *queue, size_t count);

void cell_queue_finish(struct cell_queue *queue);

#endif
