/* mapped.h: large blocks, each of which malloc has mapped for itself: they lie in no heap. */
#ifndef FOREIGN_MAPPED_H
#define FOREIGN_MAPPED_H

#include "foreign/find.h"
#include "foreign/look.h"

/* What malloc says of them; not known where its account of them is not found, as where a program
 * has set how many there may be.
 *   cost  O(bytes of the region that the arena lies in) */
struct mapped_blocks find_mapped(const struct memory *memory, const struct found_heap *found);

#endif
