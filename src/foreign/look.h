/* look.h: a look at the heaps of another program: of a process that runs, or of one that left a
 * core file. What comes of it is an image (kind/image.h), on whose heaps heap processes can be
 * opened.
 *
 * They are those of the C library's malloc: the main one on the break, and those of threads. Where
 * its arena lies is not asked of any symbol, which stripped libraries do not have: it is found by
 * what an arena must look like, and believed only where all of it agrees. So it does not matter
 * whether the library is another version's, or linked into the program. */
#ifndef FOREIGN_LOOK_H
#define FOREIGN_LOOK_H

#include "base/error.h"
#include "base/progress.h"

/* Look at process `pid`, which is stopped for as long as its heaps are copied, and not a moment
 * longer: see process.c.
 *   ret_image  an open file, the caller's
 *   errors     there is no such process, or it has no heap that could be looked at; a right is
 *              missing, which is named; the user did not want to wait: ERROR_STOPPED
 *   cost       a copy of what of the heaps is in memory */
bool look_at_process(int pid, const struct progress *progress, int *ret_image, struct error *error);

/* Look at a core file.
 *   errors  it cannot be read; it is none, or that of another kind of machine; it is cut off before
 *           its heaps end; the program had no heap that could be looked at */
bool look_at_core(const char *path, const struct progress *progress, int *ret_image,
                  struct error *error);

#endif
