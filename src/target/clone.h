/* clone.h: a second heap process like the first, made by the first. */
#ifndef TARGET_CLONE_H
#define TARGET_CLONE_H

#include <stddef.h>
#include <sys/types.h>

#include "target/exchange.h"

/* Make a second process, a child of the front's like this one. The front sends the socket and the
 * memory that the new one is to use. Allocates nothing.
 *   exchange  of this process; in the new one its own exchange is at this address
 *   returns   the new process's number, 0 in the new process itself, -1 with errno set */
pid_t clone_process(struct exchange *exchange);

/* A process that was forked, and the one that forked it, share their pages until they write to
 * them, and the first write to each costs some microseconds: the next operations would look slow.
 * Write now to those that operations will: the heap's pages that are in memory, CLONE_OWN_BYTES of
 * them at most, the stack's, and those of the program's variables; and have its code mapped. Of a
 * heap that has CLONE_LARGE_BYTES in memory these would be the fewest of those that may come next,
 * and not worth the wait: there it is CLONE_OWN_FEW_BYTES.
 *   size  bytes of the heap */
void clone_own_pages(const void *heap, size_t size);

#define CLONE_OWN_BYTES ((size_t)8 << 20)
#define CLONE_OWN_FEW_BYTES ((size_t)256 << 10)
#define CLONE_LARGE_BYTES ((size_t)32 << 20)

#endif
