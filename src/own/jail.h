/* jail.h: what a process may do in which somebody else's code runs: compute, in memory of its own,
 * for so long. */
#ifndef OWN_JAIL_H
#define OWN_JAIL_H

#include <stdbool.h>
#include <stdint.h>

/* Let this process, for good, neither start others nor signal them, neither open files to write to
 * them nor remove any, nor talk to the network, nor use the processor for longer. What it has open
 * it keeps.
 *   returns  false where the kernel cannot see to it */
bool jail_enter(uint64_t seconds);

/* Let this process, and those that it starts, for good, neither open files to write to them nor
 * make, change or remove any: what the above does of files alone.
 *   returns  false where the kernel cannot see to it */
bool jail_keep_files(void);

#endif
