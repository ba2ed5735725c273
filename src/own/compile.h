/* compile.h: an allocator's source made a library that leaves no files behind. */
#ifndef OWN_COMPILE_H
#define OWN_COMPILE_H

#include <stdbool.h>

#include "base/error.h"
#include "own/hand_in.h"

/* Compile a hand-in with the compiler that $CC names, or $CXX for C++; or cc, or c++. A signal that
 * ends the program ends the compiler, too, and nothing is left.
 *   is_narrow  whether it is to be for 32 bits: see kind/narrow.h
 *   ret_file   the library, which has no name any more; untouched on failure
 *   ret_said   what the compiler said, line by line, is appended
 *   errors     there is no compiler, or it refuses */
bool compile_library(const struct hand_in *hand_in, bool is_narrow, int *ret_file,
                     struct text *ret_said, struct error *error);

#endif
