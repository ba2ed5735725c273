/* wrong.h: pointers that a program must not free, and what is said of them. */
#ifndef PRELOAD_WRONG_H
#define PRELOAD_WRONG_H

/* Say what is wrong with `payload`, which is not live and which the program gave to `function`, and
 * abort, as the C library does. The caller does not hold the process's lock, unless it interrupts
 * somebody who does; the pointer is not followed. */
_Noreturn void wrong_pointer(const char *function, const void *payload);

/* The same of `payload`, which waited to be used again (cache.h), and then said so no more. */
_Noreturn void wrong_waiting(const void *payload);

#endif
