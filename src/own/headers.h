/* headers.h: what a hand-in includes and need not bring along: the malloc lab's headers, as far as
 * an allocator uses them, and those of other courses. */
#ifndef OWN_HEADERS_H
#define OWN_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* The header with this number, from 0, of a hand-in whose stripped source this is (see source.h).
 *   returns  its name; NULL beyond the last */
const char *headers_get(size_t number, const char *stripped, struct text *ret_header);

/* Whether a header of this name, without ".h", is the lab's. */
bool headers_are_of_lab(const char *name, size_t length);

#endif
