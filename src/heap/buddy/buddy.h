/* buddy.h: the binary buddy allocator (buddy_layout.h). */
#ifndef HEAP_BUDDY_H
#define HEAP_BUDDY_H

#include "heap/engine.h"

extern const struct hg_engine hg_buddy_engine;

#endif
