/* extent.h: how large the terminal says that it is. Terminals lie: without an answer the size is
 * unknown, and one that no screen has would cost gigabytes to draw on. */
#ifndef TERMINAL_EXTENT_H
#define TERMINAL_EXTENT_H

#include <stdbool.h>

#include "base/error.h"

struct extent {
    unsigned rows, columns; /* both 0 where the terminal does not say */
};

struct extent extent_read(void);

/* Whether a screen may be that large, or its size is unknown; else `error` says what it claims. */
bool extent_is_meant(const struct extent *extent, struct error *error);

#endif
