/* others.h: the memory of another process, in which spans are written and read, as many at once as
 * the kernel takes. */
#ifndef OWN_OTHERS_H
#define OWN_OTHERS_H

#include <sys/types.h>

#include "own/subject.h"

enum { OTHERS_ROOM = 64 * 1024 };

struct others {
    pid_t process;
    bool is_unreadable; /* the system keeps one process from another's memory: nothing is done */
    char bytes[OTHERS_ROOM];
};

/* As of struct subject. What is not there is not written, and is not what it should be.
 *   cost  a call of the kernel for SPANS_MOST spans or OTHERS_ROOM bytes */
void others_fill(struct others *others, struct span *spans, size_t count);
void others_match(struct others *others, struct span *spans, size_t count);

#endif
