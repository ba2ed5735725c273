/* fit.h: the teaching engine: first, next, best and worst fit over one doubly linked free list
 * (fit_layout.h). */
#ifndef HEAP_FIT_H
#define HEAP_FIT_H

#include "heap/fit/fit_layout.h"

extern const struct hg_engine hg_fit_engine;

#endif
