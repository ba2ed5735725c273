/* waiting.h: one line on standard error, where that is a terminal, that says how far a long command
 * is, once it has taken half a second. */
#ifndef WAITING_H
#define WAITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One that is all zero has not begun. */
struct waiting {
    uint64_t began_ms, shown_ms;
    bool is_shown;
};

/* Say how far it is: see struct progress. */
void waiting_tell(struct waiting *waiting, size_t done, size_t total);

/* It is over, or something else is to be written. */
void waiting_end(struct waiting *waiting);

#endif
