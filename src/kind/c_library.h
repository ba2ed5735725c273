/* c_library.h: whether malloc, in this process, is the C library's or one that took its place. */
#ifndef KIND_C_LIBRARY_H
#define KIND_C_LIBRARY_H

#include <stdbool.h>

/* The file that malloc comes from ("/lib/x86_64-linux-gnu/libc.so.6"); "" if it is not known. */
const char *c_library_malloc_file(void);

/* Whether that is the C library. */
bool c_library_has_malloc(void);

/* Whether an address, which need not be one, lies in the file that malloc comes from. */
bool c_library_has(const void *address);

#endif
