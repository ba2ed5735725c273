/* printed.h: what a program printed on its terminal, as text. */
#ifndef FOLLOW_PRINTED_H
#define FOLLOW_PRINTED_H

#include "base/text.h"

/* Append the lines that `bytes` make on a terminal that only ever writes on: without what moves the
 * cursor elsewhere, colours, and what was written over in the same line. */
void printed_add(const char *bytes, size_t length, struct text *text);

#endif
