/* handle.h: allocators whose functions are told which heap is meant: heap_alloc(heap, size). There
 * is one here, a variable behind the source: what begins the allocator makes it of what that points
 * to, or answers it. */
#ifndef OWN_HANDLE_H
#define OWN_HANDLE_H

#include <stdbool.h>

#include "own/source.h"

#define HANDLE_NAME "heapglass_handle"

/* Whether a function is told so by its first parameter, and what that is of: "heap_t*".
 *   ret_type  is appended to */
bool handle_find(const char *stripped, const struct source_function *function,
                 struct text *ret_type);

/* Whether two functions are told by the same. */
bool handle_is_shared(const char *stripped, const struct source_function *function,
                      const struct source_function *other);

/* Whether what begins it answers what `function` is told. */
bool handle_is_answered(const char *stripped, const struct source_function *begin,
                        const struct source_function *function);

/* Append the variable, of what `function` is told; and what it points to, unless it is answered. */
void handle_add(const char *stripped, const struct source_function *function, bool is_answered,
                struct text *text);

#endif
