/* c_number.h: numbers as C has them: 10 * sizeof(int), 'x', 0x40; and, as everywhere here, 10M. */
#ifndef COMMAND_C_NUMBER_H
#define COMMAND_C_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Read the sum that stands at *place of a line, and go on behind it.
 *   errors  with their column: no number, an unknown type, more than a size can hold */
bool c_number_read(const char *line, size_t *place, uint64_t *ret_number, struct error *error);

/* Go on behind the name of a type, without the stars of a pointer: "unsigned long", "struct node".
 *   ret_size  in bytes, 0 if that is not known here; NULL if nobody asks
 *   returns   false if no type stands there */
bool c_type_skip(const char *line, size_t *place, uint64_t *ret_size);

#endif
