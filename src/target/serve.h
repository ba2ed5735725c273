/* serve.h: the heap process: the program, executed again, with nothing to do but to own a heap. */
#ifndef TARGET_SERVE_H
#define TARGET_SERVE_H

/* The first argument that makes the program a heap process. */
#define SERVE_ARGUMENT "--heap-process"

/* Answer requests until the front goes away. To be called first thing in main, before anything that
 * could allocate: the break must be untouched.
 *   returns  the exit status: 0 when the front went away, 1 when there is no front to answer */
int serve(void);

#endif
