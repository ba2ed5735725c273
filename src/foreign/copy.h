/* copy.h: a heap that was found, copied into an image. */
#ifndef FOREIGN_COPY_H
#define FOREIGN_COPY_H

#include "base/progress.h"
#include "foreign/find.h"
#include "foreign/look.h"

/* Copy a heap into `look->image`, an empty file, and note what is found of it in `look`, whose name
 * and process are set.
 *   errors  it cannot be read; there is not enough memory for a copy; ERROR_STOPPED */
bool copy_heap(const struct memory *memory, const struct found_heap *found,
               const struct progress *progress, struct look *look, struct error *error);

#endif
