/* tell.h: one line for whoever looks on. It may hold names and texts that come from anywhere: what
 * reaches the terminal is text and nothing else. */
#ifndef BASE_TELL_H
#define BASE_TELL_H

#include <stdio.h>

/* Write a line, whose end is added, with every character in the form of utf8_next_form. */
void tell(FILE *output, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
