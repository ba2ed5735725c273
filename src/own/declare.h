/* declare.h: declarations of functions of a hand-in as it has them itself, for the headers that it
 * includes. Each takes its stripped source: see source.h. */
#ifndef OWN_DECLARE_H
#define OWN_DECLARE_H

#include <stddef.h>

#include "base/text.h"

/* Append those whose types differ from course to course. */
void declare_differing(const char *stripped, struct text *text);

/* Append those whose names and usual heads are given.
 *   heads  "mem_sbrk" and "void *mem_sbrk(intptr_t size)" */
void declare_functions(const char *const heads[][2], size_t count, const char *stripped,
                       struct text *text);

#endif
