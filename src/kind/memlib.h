/* memlib.h: the simulated memory of the malloc lab, over a heap's own: what mm.c calls to have its
 * heap grow. The functions are those of the lab, by name and meaning; a hand-in that is loaded
 * finds them in the program.
 *
 * They have no argument that could say whose heap it is, so there is one of a process. Whoever
 * loads a hand-in says first where its memory comes from. */
#ifndef KIND_MEMLIB_H
#define KIND_MEMLIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heapglass/heap.h"

/* Begin an empty heap at `start`, the next byte that `os` gives. */
void memlib_begin(const struct hg_os *os, char *start);

/* Let it be empty, and keep the memory for what it will have. */
void memlib_empty(void);

/* Whether it has asked for any, also before it was let be empty. */
bool memlib_is_used(void);

/* ---- What mm.c calls ---- */

/* Let the heap grow by `size` bytes; the first of them, or (void *)-1 with errno ENOMEM, as for
 * whatever would make it smaller. */
void *mem_sbrk(intptr_t size);

/* The first byte, and the last; how many there are; bytes of a page. */
void *mem_heap_lo(void);
void *mem_heap_hi(void);
size_t mem_heapsize(void);
size_t mem_pagesize(void);

/* The driver's: whoever calls them has nothing to set up or to give back here; and to let the heap
 * be empty. */
void mem_init(void);
void mem_deinit(void);
void mem_reset_brk(void);

/* As those without `mem_`, for later labs. */
void *mem_memcpy(void *to, const void *from, size_t size);
void *mem_memset(void *to, int byte, size_t size);

/* Numbers of up to 8 bytes. */
uint64_t mem_read(const void *from, size_t size);
void mem_write(void *to, uint64_t number, size_t size);

#endif
