/* course_memory.h: memory as some courses' own libraries give it: csbrk or my_sbrk, which answer
 * NULL where there is no more; sf_mem_grow, by a page at a time, between sf_mem_start and
 * sf_mem_end; bulk_alloc and bulk_free, for what is large; and all of it between two variables,
 * memory_start and memory_end. A hand-in that uses these, and does not bring them along, has them
 * compiled into its own library: bulk_alloc over mmap, the variables about an array, all others
 * over mem_sbrk. */
#ifndef OWN_COURSE_MEMORY_H
#define OWN_COURSE_MEMORY_H

#include "base/text.h"

/* Append what mm.h says of them. */
void course_memory_add_header(const char *stripped, struct text *text);

/* Append what is compiled behind the hand-in with this stripped source (see source.h). */
void course_memory_add_frame(const char *stripped, struct text *text);

#endif
