/* capability.c: see capability.h. */
#include "terminal/capability.h"

#include <ncurses.h>

const char *capability_find(const char *name)
{
    const char *sequence = tigetstr(name);

    return sequence == (const char *)-1 ? NULL : sequence;
}
