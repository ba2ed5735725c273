/* parameters.h: what malloc goes by, and what it counts of large blocks, which lie in no heap. */
#ifndef FOREIGN_PARAMETERS_H
#define FOREIGN_PARAMETERS_H

#include "foreign/find.h"

/* Find it; what is not known where it is not found.
 *   cost  O(bytes of the region that the main arena lies in) */
struct image_parameters find_parameters(const struct memory *memory, const struct found *found);

#endif
