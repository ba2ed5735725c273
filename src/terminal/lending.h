/* lending.h: the terminal, lent to a program that is followed: what is typed goes to it, and what
 * it prints is seen as it is. Ctrl-] takes the terminal back. */
#ifndef TERMINAL_LENDING_H
#define TERMINAL_LENDING_H

#include <stdbool.h>

#include "follow/guest.h"

struct lending {
    bool is_on;
    uint64_t seen; /* bytes that it printed */
};

/* Pass on what there is to be passed on, in both directions, without waiting; the first time, lend
 * the terminal. Returns false once the user wants it back. */
bool lending_pass(struct lending *lending, struct guest *guest);

/* Take the terminal back, if it is lent. */
void lending_end(struct lending *lending);

#endif
