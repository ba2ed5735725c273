/* queue.h: commands that are to make steps, in the order in which they stand, when the face lets
 * them be made ahead of what it is told.
 *
 * What always holds: the face is told of commands in their order; a command that is no step is
 * carried out when the queue is empty; one that fails takes with it what stands behind it in its
 * line and, unless the reading keeps going, all behind it. */
#ifndef COMMAND_QUEUE_H
#define COMMAND_QUEUE_H

#include "command/interpreter.h"

struct queue;

void queue_destroy(struct queue *queue);

/* Whether steps can be put on the queue: not where the heap is to be checked after each. */
bool queue_is_open(const struct interpreter *interpreter);

/* Put an action, of the command at hand, behind all others. Those in front may be finished, and
 * told of.
 *   returns  false when one failed, so that this one is not to be carried out */
bool queue_add(struct interpreter *interpreter, const struct action *action);

/* Finish all that is on the queue, and tell of it.
 *   returns  false when one failed, so that the command at hand is not to be carried out */
bool queue_settle(struct interpreter *interpreter);

/* Whether one has failed since this was last asked. */
bool queue_take_failure(struct interpreter *interpreter);

#endif
