/* rights.h: why a process may not be looked at. */
#ifndef FOREIGN_RIGHTS_H
#define FOREIGN_RIGHTS_H

#include "base/error.h"

/* The kernel has refused to let us trace process `pid`: say which right is missing, and how to get
 * it. Returns false. */
bool rights_tell_missing(int pid, struct error *error);

/* Whether process `pid` is there and one that could have a heap at all; an error says why not: it
 * is none, a thread, the kernel's, has ended, or is of another kind of machine. */
bool rights_check_process(int pid, struct error *error);

#endif
