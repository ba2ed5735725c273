/* figures.h: figures in texts: {free}, {A.padding}. What a scenario says of a heap is then what is
 * so, and never what somebody typed in.
 *
 *      {largest}        as people read it: 10M, 50.0%
 *      {largest:bytes}  all digits of a number: 10,485,776
 *      {A.size}         of what a variable points to
 *      {{               a brace */
#ifndef COMMAND_FIGURES_H
#define COMMAND_FIGURES_H

#include "command/interpreter.h"

/* Append `string` with its figures.
 *   errors  there is no such figure, no such variable, or no brace that closes; their columns
 *           count from the string's start, from 1 */
bool figures_expand(const struct interpreter *interpreter, const char *string, struct text *text,
                    struct error *error);

/* Whether all figures in a text are such that there could be one of that name. */
bool figures_check(const char *string, struct error *error);

/* Append all figures that there are, a line for each. */
void figures_add_help(struct text *text);

#endif
