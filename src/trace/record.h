/* record.h: running a program and recording what it asks of malloc. */
#ifndef TRACE_RECORD_H
#define TRACE_RECORD_H

#include "trace/launch.h"

/* Run the program of `arguments`, which end in NULL, looked up in PATH, with libheapglass-malloc.so
 * preloaded, until it ends. Only the process that is started is recorded, not its children; if it
 * executes another program, what that does is recorded in place of what came before. Afterwards the
 * signals that would end us stay blocked: what ended the program may still be on its way to us,
 * too, and nothing that was recorded shall be lost by it. So the caller writes it, and ends.
 *   ret_journal  a file for journal_read, to be closed by the caller
 *   ret_status   as waitpid gives it
 *   errors       for all outcomes but LAUNCH_DONE; the results are then untouched */
enum launch_outcome record_run(char **arguments, int *ret_journal, int *ret_status,
                               struct error *error);

#endif
