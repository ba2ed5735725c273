/* language.h: in which language an allocator's source is: C, or C++ where its name says so. */
#ifndef OWN_LANGUAGE_H
#define OWN_LANGUAGE_H

#include <stdbool.h>

#include "base/text.h"

bool language_is_cpp(const char *path);

/* The words of $CC, or of $CXX, by which it is compiled; "cc" or "c++" where there are none. */
const char *language_compiler(bool is_cpp);

/* One that may take what that refuses; NULL where the user has named one. */
const char *language_second_compiler(bool is_cpp);

/* The name of what is compiled, and the variable that names a compiler. */
const char *language_name(bool is_cpp);
const char *language_variable(bool is_cpp);

/* Options for the compiler, up to a NULL. */
const char *const *language_options(bool is_cpp);

/* Append what lets functions have the names in a library that C gives them, in either language, and
 * its end. */
void language_add_beginning(struct text *text);
void language_add_end(struct text *text);

#endif
