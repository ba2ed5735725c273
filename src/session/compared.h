/* compared.h: whether the heap of a program that is held is the session's, by its own memory. */
#ifndef SESSION_COMPARED_H
#define SESSION_COMPARED_H

#include "session/session.h"

/* What was found to be the same. */
struct compared {
    uint64_t blocks, lists;
    uint64_t bytes; /* of headers and footers */
};

/* Whether there is a program that waits in a call and whose last call the session is at. */
bool session_can_compare(const struct session *session);

/* Read the program's heap, and compare all blocks of it, their headers and footers byte for byte,
 * and all free lists with the session's. What the program wrote into its payloads is its own.
 *   errors  it cannot be read, or what differs first
 *   cost    O(heap) */
bool session_compare(struct session *session, struct compared *ret_compared, struct error *error);

#endif
