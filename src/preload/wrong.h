/* wrong.h: pointers that a program must not free, and what is said of them. */
#ifndef PRELOAD_WRONG_H
#define PRELOAD_WRONG_H

/* Say what is wrong with `payload`, which is not live and which the program gave to `function`, and
 * abort, as the C library does. The caller does not hold the process's lock, unless it interrupts
 * somebody who does; the pointer is not followed. */
_Noreturn void wrong_pointer(const char *function, const void *payload);

#endif
