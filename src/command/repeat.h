/* repeat.h: the text of a repeat: where it ends, and what it is in each round. */
#ifndef COMMAND_REPEAT_H
#define COMMAND_REPEAT_H

#include <stdint.h>

#include "base/text.h"

enum { REPEAT_DEPTH_MAX = 4, REPEAT_ROUNDS_MAX = 1000 * 1000 };

/* How many repeats are open behind a line, if `depth` were before it. One that has its command in
 * its line opens nothing. */
size_t repeat_depth_behind(const char *line, size_t depth);

/* Append the text as it is in a round: {i} is its number, in a repeat within it {j}, and so on. */
void repeat_add_round(const char *text, uint64_t round, struct text *body);

#endif
