/* examine.h: the process in which an allocator is examined: the program, executed again. */
#ifndef OWN_EXAMINE_H
#define OWN_EXAMINE_H

/* Do what the sheet says, and write there what came of it. To be called first thing in main.
 *   returns  the exit status: 1 when there is no sheet */
int examine(void);

#endif
