/* fast.h: the fast engine, as the policies segregated and tlsf (fast_layout.h). */
#ifndef HEAP_FAST_H
#define HEAP_FAST_H

#include "heap/fast/fast_layout.h"

extern const struct hg_engine hg_segregated_engine;
extern const struct hg_engine hg_tlsf_engine;

#endif
