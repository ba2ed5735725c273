/* look.h: a look at the main heap of another program: of a process that runs, or of one that left a
 * core file. What comes of it is an image (kind/image.h), which a heap process can be opened on.
 *
 * The heap is the one that the C library's malloc has on the break. Where its arena lies is not
 * asked of any symbol, which stripped libraries do not have: it is found by what an arena must look
 * like, and believed only where all of it agrees. So it does not matter whether the library is
 * another version's, or linked into the program. */
#ifndef FOREIGN_LOOK_H
#define FOREIGN_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "kind/image.h"

/* Blocks that lie in mappings of their own. */
struct mapped_blocks {
    bool are_known;
    uint64_t count, bytes;
};

/* What a look has found besides the heap. */
struct look {
    int image;   /* a file, as long as it is open */
    int process; /* 0 of a core file */
    char name[KIND_IMAGE_NAME_MAX];
    uint64_t address, size; /* of the heap */
    unsigned arenas;        /* other ones, of threads, which are not looked at */
    unsigned threads;
    struct mapped_blocks mapped; /* which are not looked at either */
    bool has_cache;              /* the main thread's was found */
    bool goes_on;                /* elsewhere: what lies behind it is no longer on the break */
};

/* Look at process `pid`, which is stopped for as long as its heap is copied, and not a moment
 * longer: see process.c.
 *   ret_look  the caller's, for look_finish
 *   errors    there is no such process, or it has no heap that could be looked at; a right is
 *             missing, which is named; the user did not want to wait: ERROR_STOPPED
 *   cost      a copy of what of the heap is in memory */
bool look_at_process(int pid, const struct progress *progress, struct look *ret_look,
                     struct error *error);

/* Look at a core file.
 *   errors  it cannot be read; it is none, or that of another kind of machine; it is cut off before
 *           its heap ends; the program had no heap that could be looked at */
bool look_at_core(const char *path, const struct progress *progress, struct look *ret_look,
                  struct error *error);

void look_finish(struct look *look);

#endif
