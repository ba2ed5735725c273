/* patience.h: how long another process has been at something, as it is fair to judge.
 *
 * Looked at now and then, a process has spent what processor time it got while it could run: where
 * the machine was busy with others, that is less than has passed. One that waits for anything,
 * sleeps or is stopped gets none, and has spent the time that has passed; of that at most
 * PATIENCE_LOOK_MS between two looks, since a look that comes late says that the machine is busy,
 * too. */
#ifndef BASE_PATIENCE_H
#define BASE_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { PATIENCE_LOOK_MS = 100 }; /* how often to look, about */

/* What a look at a process shows. */
struct patience_look {
    uint64_t passed_ms;    /* the clock, as of clock_ms */
    uint64_t processor_ms; /* that the process has had so far */
    char state;            /* as in /proc/PID/stat; '\0' where it cannot be looked at */
};

/* All zeros: nothing has been seen yet. */
struct patience {
    struct patience_look last;
    uint64_t spent_ms; /* since it began */
    bool has_begun;
};

/* Look at a process; at one and its children together: they do what one does that can run. */
struct patience_look patience_look(pid_t process);
struct patience_look patience_look_at_all(pid_t process);

/* Whether a signal or a debugger has stopped it. */
bool patience_is_stopped(const struct patience_look *look);

/* Begin anew with what is seen now. */
void patience_begin(struct patience *patience, const struct patience_look *look);

/* Add what has been spent since the last look; the first one begins.
 *   returns  what has been spent in all, in milliseconds */
uint64_t patience_spend(struct patience *patience, const struct patience_look *look);

#endif
