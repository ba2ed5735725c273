/* trouble.h: why a heap process could not be started: which part of it failed, and which limit is
 * behind that.
 *
 * A trouble lies in the exchange, where the new process notes what it is about to do before it does
 * it: so the front knows how far it came, however it ended. */
#ifndef TARGET_TROUBLE_H
#define TARGET_TROUBLE_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* The parts, and what is said where one fails. */
/* clang-format off */
#define TROUBLES(X)                                                                               \
    X(NONE, "")                                                                                   \
    X(MEMORY, "there is no memory to share with it (memfd_create)")                               \
    X(SIZE, "the memory to share with it cannot be made large enough")                            \
    X(MAPPING, "the memory to share with it finds no room")                                       \
    X(SOCKETS, "there are no sockets to wake it by")                                              \
    X(FORK, "there can be no further process")                                                    \
    X(WATCH, "it cannot be watched (pidfd_open)")                                                 \
    X(DESCRIPTORS, "it cannot have its descriptors")                                              \
    X(PROGRAM, "this program cannot be run once more (/proc/self/exe)")                           \
    X(LOADING, "it ended while it was loaded")                                                    \
    X(EXCHANGE, "the memory that is shared finds no room in it")                                  \
    X(VARIABLES, "variables find no room in it")
/* clang-format on */

enum trouble_part {
#define X(name, text) TROUBLE_##name,
    TROUBLES(X)
#undef X
};

struct trouble {
    uint32_t part;  /* enum trouble_part */
    int32_t number; /* errno; 0 where it is not known */
};

/* Note that `part` failed, for the reason that errno says. Returns false. */
static inline bool trouble_set(struct trouble *trouble, enum trouble_part part)
{
    *trouble = (struct trouble){.part = part, .number = errno};
    return false;
}

/* Fill `error` with `what` ("the heap process cannot be started"), the trouble, and the limit that
 * is behind it, as of ERROR_SYSTEM. Returns false. */
bool trouble_tell(const struct trouble *trouble, const char *what, struct error *error);

#endif
