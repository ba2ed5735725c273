/* compile.h: an allocator's source made a library that leaves no files behind. */
#ifndef OWN_COMPILE_H
#define OWN_COMPILE_H

#include <stdbool.h>

#include "base/error.h"
#include "own/companions.h"

/* Compile the source at `path`, and its companions, with the compiler that $CC
 * names, or $CXX for C++; or cc, or c++. A signal that ends the program ends the compiler, too,
 * and nothing is left.
 *   stripped  the source, and what it needs of its companions: see source.h
 *   ret_file  the library, which has no name any more; untouched on failure
 *   ret_said  what the compiler said, line by line, is appended
 *   errors    there is no compiler, or it refuses */
bool compile_library(const char *path, const char *stripped, const struct companions *companions,
                     int *ret_file, struct text *ret_said, struct error *error);

#endif
