/* play.h: a scenario that is not trusted, played in a process of its own that has so much time and
 * memory, and what it expects noted down case by case.
 *
 * The process runs no code of anybody else's: what is handed in are commands, and those that would
 * write files, read elsewhere, or look at other processes are refused there (command/confine.h).
 * The bounds are for those that never end, or fill the memory. */
#ifndef HANDIN_PLAY_H
#define HANDIN_PLAY_H

#include "base/error.h"
#include "heapglass/heap.h"
#include "tally/tally.h"

struct play {
    struct hg_config config;
    const char *file;    /* handed in */
    const char *against; /* the teacher's, whose expects count then; NULL for none */
    uint64_t seconds;
    uint64_t memory; /* bytes, for the front and for the heap each */
};

/* Play it. How it ended is a case as well, where it did not end well.
 *   tally    to which the cases are added
 *   returns  false with `error` set if it cannot be played at all */
bool play_run(const struct play *play, struct tally *tally, struct error *error);

#endif
