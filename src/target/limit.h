/* limit.h: a real limit on how far the break can go up. */
#ifndef TARGET_LIMIT_H
#define TARGET_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Let the kernel refuse to make the heap larger than `size` bytes, by RLIMIT_DATA. That limit
 * counts all private writable memory of the process, so what is not heap is added to it.
 *   heap_size  bytes that the heap has now
 *   size       NO_LIMIT for as much as the process may ever have
 *   returns    false with errno set */
bool limit_heap(uint64_t heap_size, uint64_t size);

/* Map private memory for this process's own use, and let the heap have as much as before: the limit
 * goes up by `size` bytes. NULL where either cannot be. */
void *limit_map(size_t size);

#endif
