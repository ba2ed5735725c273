/* utf8.h: characters of UTF-8 strings. Inside the program all text is UTF-8, whatever the
 * locale. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* The character at *string, which is moved behind it. What is not UTF-8 reads as U+FFFD, one byte
 * at a time. *string is not at the end. */
uint32_t utf8_next(const char **string);

enum { UTF8_BYTES_MAX = 4 };

/* Write a character's bytes, without a 0 behind them.
 *   returns  where they end */
char *utf8_write(char bytes[UTF8_BYTES_MAX], uint32_t character);

/* Append a character. */
void utf8_add(struct text *text, uint32_t character);

/* How many bytes a byte order mark takes that text begins with; 0 if there is none. */
size_t utf8_mark(const char *text, size_t size);

/* Whether a terminal obeys a character in place of showing it: control characters, and those that
 * turn the direction of what stands around them. */
bool utf8_is_command(uint32_t character);

enum { UTF8_FORM_MAX = 16 };

/* How the character at *string, which is moved behind it, can be shown so that a terminal does
 * nothing else: control characters as ^[, those beyond ASCII and what is not UTF-8 as \x9b or
 * \u202e, a tab as a blank; others as they are. Needs no memory.
 *   returns  the bytes of the form, which has no 0 at its end */
size_t utf8_next_form(const char **string, char form[UTF8_FORM_MAX]);

/* Append the first `bytes` of a string in that form; line ends stay. */
void utf8_add_visible(struct text *text, const char *string, size_t bytes);

/* Append a string in that form, line ends too: what is added is part of one line. */
void utf8_add_visible_line(struct text *text, const char *string);

#endif
