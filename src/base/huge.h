/* huge.h: huge pages for memory that is opened from its start on, as a heap grows.
 *
 * A processor remembers where some thousand pages are, and has to look up the others, each in
 * several steps. With huge pages, blocks of 200 MiB that are replaced at random (bench, replace
 * 100,000) took 0.7 of the time, and a python3 with 230 MiB of small objects 0.75 in all.
 *
 * Memory that comes bit by bit is filled bit by bit, so that little of a huge page stays unused:
 * less than 2 MiB, where the heap has four times that. What comes at once may be a table of which
 * hardly anything is ever touched, and has ordinary pages. So has what was given back in between:
 * the kernel makes no huge page of what is left around it. */
#ifndef BASE_HUGE_H
#define BASE_HUGE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether memory of `end` bytes, of which `size` are new, is to lie in huge pages from here on:
 * then it is best opened up to where one ends. */
bool huge_is_for(size_t end, size_t size);

/* The end of the huge page that `address` lies in, or begins. */
char *huge_end(char *address);

/* As far as memory at `start`, opened up to `opened`, is to count as such when all behind `used`
 * was given back, so that it lies in huge pages when it is opened again. */
size_t huge_kept(char *start, size_t opened, size_t used);

/* [first, end) was opened just now: let the whole huge pages in it be such, if the kernel has any
 * to give. errno stays.
 *   cost  clearing them */
void huge_prefer(char *first, const char *end);

#endif
