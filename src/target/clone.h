/* clone.h: a second heap process like the first, made by the first. */
#ifndef TARGET_CLONE_H
#define TARGET_CLONE_H

#include <sys/types.h>

#include "target/exchange.h"

/* Make a second process, a child of the front's like this one. The front sends the socket and the
 * memory that the new one is to use. Allocates nothing.
 *   exchange  of this process; in the new one its own exchange is at this address
 *   returns   the new process's number, 0 in the new process itself, -1 with errno set */
pid_t clone_process(struct exchange *exchange);

#endif
