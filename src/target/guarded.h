/* guarded.h: a heap of any kind under guard: more is asked of it than the user wants, so that there
 * is a red zone behind each payload, and what is freed is filled. Where there is no guard, sizes
 * are as they are, and nothing is painted.
 *
 *      | payload: what was asked for | red zone, all that is usable besides |
 *      '------------------------- usable, for the kind ---------------------'
 *
 * How much was asked for nobody keeps here: the front knows it, and looks whether red zones are
 * whole. */
#ifndef TARGET_GUARDED_H
#define TARGET_GUARDED_H

#include "target/server.h"

/* What is to be asked for. */
size_t guarded_size(const struct server *server, size_t size);

/* Paint the red zone of a payload of `size` bytes that was just handed out; NULL has none. */
void guarded_paint(const struct server *server, void *payload, size_t size);

/* Give a payload back, of which `size` bytes were asked for; they are filled, unless the kind does
 * not take it. Returns whether it did. */
bool guarded_release(const struct server *server, void *payload, size_t size);

/* A payload, of which `size` bytes were asked for, was given back when what it held had moved
 * elsewhere: they are filled, but for what the heap may keep in a free block. NULL was none. */
void guarded_fill_left(const struct server *server, void *payload, size_t size);

#endif
