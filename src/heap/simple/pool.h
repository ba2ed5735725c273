/* pool.h: pools of slots that are all alike (pool_layout.h), in two kinds: one scans for a free
 * slot, the other keeps a stack of them. */
#ifndef HEAP_POOL_H
#define HEAP_POOL_H

#include "heap/simple/pool_layout.h"

extern const struct hg_engine hg_pool_engine;

#endif
