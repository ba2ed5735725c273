/* child.h: waiting for a process of one's own without being deaf to signals meanwhile. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

enum { CHILD_HAS_ENDED = 0, CHILD_TAKES_LONGER = -1 };

/* Block the signals that end a process, and that of a child that ended.
 *   ret_blocked  those
 *   ret_before   what was blocked before, for sigprocmask, also in children */
void child_block_signals(sigset_t *ret_blocked, sigset_t *ret_before);

/* Wait until a child has ended, or one of those signals comes.
 *   blocked     of child_block_signals
 *   until_ms    as of clock_ms
 *   ret_status  as of waitpid, if it has ended
 *   returns     CHILD_HAS_ENDED, CHILD_TAKES_LONGER, or the number of the signal, which is taken */
int child_wait(pid_t child, const sigset_t *blocked, uint64_t until_ms, int *ret_status);

#endif
