/* memory.h: the front's own memory. There is no way on without it: running out ends the program,
 * unless the caller only tries. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>
#include <string.h>

/* `count` items of `size` bytes, all zero, to be freed with free(). */
void *memory_create(size_t count, size_t size);

/* A copy of `string`, to be freed with free(). */
char *memory_copy_string(const char *string);

/* Copy `size` bytes; where there are none, either pointer may be NULL. */
static inline void memory_copy(void *to, const void *from, size_t size)
{
    if (size > 0)
        memcpy(to, from, size);
}

/* Make the array `items` hold at least `needed` items of `size` bytes, growing by half at a time.
 *   ret_capacity  in: the items it holds now; out: the items that the returned array holds */
void *memory_reserve(void *items, size_t *ret_capacity, size_t needed, size_t size);

/* Try so: NULL where there is no memory for more items; the array is then as it was. */
void *memory_try_reserve(void *items, size_t *ret_capacity, size_t needed, size_t size);

/* Give back to the system what has been freed, behind work of which little stays. */
void memory_give_back(void);

/* Give back the memory of the first `size` bytes of an array, as far as it lies in large pages of
 * its own. What was there is not to be read any more; the array is freed as ever.
 *   cost  little: it may be called again and again as more is consumed */
void memory_let_go(void *items, size_t size);

/* End the program, saying that memory ran out. Through abort(), so that whoever holds the terminal
 * can give it back. */
_Noreturn void memory_exhausted(void);

#endif
