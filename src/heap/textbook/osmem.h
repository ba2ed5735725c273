/* osmem.h: the allocator that students of operating systems at Politehnica Bucharest write, in the
 * assignment "Memory Allocator" (os_malloc). */
#ifndef HEAP_TEXTBOOK_OSMEM_H
#define HEAP_TEXTBOOK_OSMEM_H

#include "heap/engine.h"

extern const struct hg_engine hg_osmem_engine;

#endif
