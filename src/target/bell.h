/* bell.h: how the front and the heap process wake each other.
 *
 * A bell counts rings in shared memory. Who waits looks at the count for a moment first, which is
 * enough for most steps and spares both a trip through the scheduler; only then it sleeps on the
 * socket. Who rings sends a byte only to a sleeper. The byte is no more than a hint: a waiter
 * counts rings, not bytes. When the other side is gone, the socket says so. */
#ifndef TARGET_BELL_H
#define TARGET_BELL_H

#include <stdbool.h>
#include <stdint.h>

struct bell {
    uint32_t rings;    /* wraps around */
    uint32_t sleeping; /* whether the waiter sleeps on its socket */
    uint32_t crowded;  /* for so many waits it sleeps at once; the waiter's */
};

enum bell_outcome {
    BELL_RUNG,
    BELL_SILENT, /* the socket's timeout passed */
    BELL_BROKEN, /* the other side is gone */
};

/* Ring; false if the other side is gone. */
bool bell_ring(struct bell *bell, int socket);

/* Wait until the bell has rung `rings` times in all. */
enum bell_outcome bell_wait(struct bell *bell, uint32_t rings, int socket);

#endif
