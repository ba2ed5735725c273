/* linear.h: the linear, or bump, allocator. */
#ifndef HEAP_LINEAR_H
#define HEAP_LINEAR_H

#include "heap/engine.h"

extern const struct hg_engine hg_linear_engine;

#endif
