/* kr.h: the storage allocator of Kernighan and Ritchie, The C Programming Language, section 8.7. */
#ifndef HEAP_TEXTBOOK_KR_H
#define HEAP_TEXTBOOK_KR_H

#include "heap/engine.h"

extern const struct hg_engine hg_kr_engine;

#endif
