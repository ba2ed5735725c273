/* bench.h: `heapglass bench`: every policy, the C library and its peers on the same traces. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

/* Run the command; arguments[0] is not looked at. Prints to standard output, and what goes wrong to
 * standard error.
 *   returns  the exit status: 0 all is well; 1 a payload was damaged, or a peer's process failed; 2
 *            wrong usage, a trace that cannot be read or needs more memory than there is, or a peer
 *            that is not installed. Whether the output could be written the caller judges */
int bench_command(int count, char **arguments);

#endif
