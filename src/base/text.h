/* text.h: a string that grows.
 *
 * `data` is always a string of `length` bytes, also when nothing has been added: a text that is all
 * zero is empty, and text_string gives "" for it. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *data; /* NULL until something is added */
    size_t length, capacity;
};

/* Append. Running out of memory ends the program. */
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_list(struct text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_add_string(struct text *text, const char *string);
void text_add_number(struct text *text, uint64_t number);
void text_add_tenths(struct text *text, double number); /* as "%.1f" does */

/* Append `count` copies of `string`. */
void text_add_repeated(struct text *text, const char *string, size_t count);

/* The text as a string; it is valid until the text changes. */
const char *text_string(const struct text *text);

/* Empty the text and keep its memory; give its memory back. */
void text_clear(struct text *text);
void text_finish(struct text *text);

#endif
