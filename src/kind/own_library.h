/* own_library.h: the library of an allocator of the user's, whose name and whose ways are in the
 * environment (see own.h), in the process of its heap. */
#ifndef KIND_OWN_LIBRARY_H
#define KIND_OWN_LIBRARY_H

#include <stddef.h>

struct own_library {
    void *handle; /* of the loader; NULL for one for 32 bits, which narrow_find looks in */
    char *array;  /* its own, in which its heap is; NULL where it has none */
    size_t array_size;
};

/* Load it, and see to it that what it has of memory is seen. It is there once, however often that
 * is done, and the C library's malloc keeps off the break from now on.
 *   returns  what is wrong; NULL for nothing */
const char *own_library_load(struct own_library *ret_library);

/* Move the break around its array, or to where its lab has it. Where that cannot be done, the heap
 * lies where the break is.
 *   returns  the array; NULL where its heap is not in one */
void *own_library_place(void);

#endif
