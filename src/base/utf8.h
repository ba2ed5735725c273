/* utf8.h: characters of UTF-8 strings. Inside the program all text is UTF-8, whatever the locale.
 * */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdint.h>

#include "base/text.h"

/* The character at *string, which is moved behind it. What is not UTF-8 reads as U+FFFD, one byte
 * at a time. *string is not at the end. */
uint32_t utf8_next(const char **string);

/* Append a character. */
void utf8_add(struct text *text, uint32_t character);

/* Append the first `bytes` of a string so that a terminal shows them and does nothing else: control
 * characters as ^[, those beyond ASCII and what is not UTF-8 as \x9b, a tab as a blank; line ends
 * stay. */
void utf8_add_visible(struct text *text, const char *string, size_t bytes);

#endif
