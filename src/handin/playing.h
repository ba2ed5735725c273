/* playing.h: the process in which a hand-in is played. It sends a record for each case, and one at
 * its end:
 *
 *      | struct record | name | faults |   ...   | struct record, is_end | */
#ifndef HANDIN_PLAYING_H
#define HANDIN_PLAYING_H

#include <stdint.h>
#include <sys/types.h>

#include "handin/play.h"

struct record {
    uint32_t is_passed, is_end;
    uint32_t name_length, faults_length;
};

/* Be that process, in a child that was forked just now: play, send records to `output`, and end.
 *   parent  without which it ends, too */
_Noreturn void playing_become(const struct play *play, int output, pid_t parent);

/* The folder that a file lies in, without links; to be freed. NULL with `error` set if there is
 * none. */
char *playing_folder(const char *file, struct error *error);

#endif
