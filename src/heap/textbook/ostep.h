/* ostep.h: the free list of Arpaci-Dusseau and Arpaci-Dusseau, Operating Systems: Three Easy
 * Pieces, chapter 17 and its homework. */
#ifndef HEAP_TEXTBOOK_OSTEP_H
#define HEAP_TEXTBOOK_OSTEP_H

#include "heap/engine.h"

extern const struct hg_engine hg_ostep_engine;

#endif
