/* follow_signals.h: signals for which a program has a handler, while one of its threads waits in
 * the middle of a call for whoever follows it.
 *
 * Such a wait can be as long as somebody looks at the screen, so what hardly ever happens within
 * malloc, a signal whose handler calls it, too, would happen with every timer. So such a thread
 * keeps signals back until its call has been told, and the heap is left. While it waits, those that
 * have no handler do what they do, and those of faults come as ever. */
#ifndef PRELOAD_FOLLOW_SIGNALS_H
#define PRELOAD_FOLLOW_SIGNALS_H

#include <stdbool.h>

/* Whether this thread keeps any back. */
extern __thread bool follow_keeps_signals
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* Keep them back from now on; where that is so already, nothing is done. */
void follow_keep_signals(void);

/* The same, of a thread that is about to wait: those that have no handler may come. */
void follow_keep_handled_signals(void);

/* Let them come: those that were kept back do so at once. */
void follow_let_signals(void);

#endif
