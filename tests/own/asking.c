/* asking.c: asks the C library for memory, for asks.c. */
#include "asking.h"

#ifndef ITSELF
#include <stdlib.h>

void *ask(size_t size)
{
    return malloc(size);
}
#endif
