/* copy.h: heaps that were found, copied into an image. */
#ifndef FOREIGN_COPY_H
#define FOREIGN_COPY_H

#include "base/progress.h"
#include "foreign/find.h"

/* Copy all heaps, and what is found of them, into an image.
 *   image   an empty file
 *   name    what was looked at
 *   errors  they cannot be read; there is not enough memory for a copy; ERROR_STOPPED */
bool copy_heaps(const struct memory *memory, const struct found *found, const char *name,
                const struct progress *progress, int image, struct error *error);

#endif
