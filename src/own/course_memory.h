/* course_memory.h: memory as some courses' own libraries give it: csbrk or my_sbrk, which answer
 * NULL where there is no more; sf_mem_grow, by a page at a time, between sf_mem_start and
 * sf_mem_end; and bulk_alloc and bulk_free, for what is large. A hand-in that uses these, and does
 * not bring them along, has them compiled into its own library: the last over mmap, all others over
 * mem_sbrk. */
#ifndef OWN_COURSE_MEMORY_H
#define OWN_COURSE_MEMORY_H

#include "base/text.h"

/* Append what is compiled behind the hand-in with this stripped source (see source.h). */
void course_memory_add_frame(const char *stripped, struct text *text);

#endif
