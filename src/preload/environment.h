/* environment.h: what the environment asks of the heap, and how the library speaks to people.
 *
 * Nothing here allocates: it runs inside the first malloc. */
#ifndef PRELOAD_ENVIRONMENT_H
#define PRELOAD_ENVIRONMENT_H

#include "heapglass/heap.h"

/* The policy and settings of HEAPGLASS_POLICY and HEAPGLASS_SET ("grow=64K,trim=never"). What is
 * wrong there is said on standard error, a line each, and keeps its default. */
struct hg_config environment_config(void);

/* HEAPGLASS_CHECK: 0 for nothing, 1 for a check at the end, 2 or more for a guard. What is no
 * number counts as 1. */
unsigned long environment_check(void);

/* Say something in one line on `descriptor`: "heapglass: ...". errno is kept. */
void environment_say(int descriptor, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
