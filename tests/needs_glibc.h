/* needs_glibc.h: tests of what only a process has whose malloc is the C library's. */
#ifndef TESTS_NEEDS_GLIBC_H
#define TESTS_NEEDS_GLIBC_H

#include <stdbool.h>
#include <stdio.h>

#include "kind/c_library.h"

/* Whether this is one. Where malloc is a sanitizer's or valgrind's, TAP is told that all tests of
 * this program are skipped. */
static inline bool malloc_is_the_c_librarys(void)
{
    if (!c_library_has_malloc())
        puts("1..0 # SKIP malloc is not the C library's");
    return c_library_has_malloc();
}

#endif
