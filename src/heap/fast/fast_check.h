/* fast_check.h: what must hold in a fast heap. */
#ifndef HEAP_FAST_CHECK_H
#define HEAP_FAST_CHECK_H

#include "heap/fast/fast_layout.h"

bool hg_fast_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect);

#endif
