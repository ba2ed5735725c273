/* lives.h: what a process that is followed was before it executed another program: a copy of it may
 * ask to be followed only afterwards. Of short lives, as shells have, the last few are kept. */
#ifndef SESSION_LIVES_H
#define SESSION_LIVES_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct session;

enum { LIVES_MOST = 4, LIFE_STEPS_MOST = 1 << 16 };

struct life {
    struct traced *traced;            /* its steps, */
    uint64_t told_before, told_until; /* and how many calls the process had told by then */
    uint64_t heap_start;
    struct text name;
};

struct lives {
    struct life items[LIVES_MOST];
    size_t count;
};

/* Keep the life that the program of a session leads, which has come to its end. */
void lives_keep(struct lives *lives, const struct session *session);

/* The life that a process led when it had told so many calls; NULL if that is not among them. */
const struct life *lives_find(const struct lives *lives, uint64_t calls);

void lives_finish(struct lives *lives);

#endif
