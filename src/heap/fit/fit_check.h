/* fit_check.h: what must hold in a teaching heap. */
#ifndef HEAP_FIT_CHECK_H
#define HEAP_FIT_CHECK_H

#include "heap/fit/fit_layout.h"

bool hg_fit_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect);

#endif
