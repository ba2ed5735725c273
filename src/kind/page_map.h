/* page_map.h: memory of whole pages, as courses have it whose allocators map chunks and give them
 * back one by one: what mm.c calls there in place of mem_sbrk. It is taken from the heap of
 * memlib.h, whose pages that were given back are handed out again before it grows. */
#ifndef KIND_PAGE_MAP_H
#define KIND_PAGE_MAP_H

#include <stddef.h>

/* Zeroed pages for `size` bytes; NULL with errno ENOMEM. */
void *mem_map(size_t size);

/* Give pages back, of one mapping, several, or a part of one. */
void mem_unmap(void *start, size_t size);

/* Let nothing have been given back; for memlib, as its heap is empty. */
void page_map_empty(void);

#endif
