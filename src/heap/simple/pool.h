/* pool.h: pools of slots, all of one size. */
#ifndef HEAP_POOL_H
#define HEAP_POOL_H

#include "heap/engine.h"

enum hg_pool_variant { HG_POOL_SCAN, HG_POOL_STACK };

extern const struct hg_engine hg_pool_engine;

#endif
