/* text.h: a string that grows.
 *
 * `data` is always a string of `length` bytes, also when nothing has been added: a text that is all
 * zero is empty, and text_string gives "" for it. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"

struct text {
    char *data; /* NULL until something is added */
    size_t length, capacity;
};

/* Append. Running out of memory ends the program. */
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_list(struct text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
void text_add_number(struct text *text, uint64_t number);
void text_add_tenths(struct text *text, double number); /* as "%.1f" does */

/* Make room for `more` bytes behind the text, and for the terminating one. */
void text_reserve(struct text *text, size_t more);

/* Make room for `most` bytes more, and return where they are to be written; then append what was
 * written there, up to `end`. For who writes byte by byte. */
static inline char *text_begin(struct text *text, size_t most)
{
    if (text->length + most >= text->capacity)
        text_reserve(text, most);
    return text->data + text->length;
}

static inline void text_end(struct text *text, char *end)
{
    *end = '\0';
    text->length = (size_t)(end - text->data);
}

/* Append; short constant strings, of which most text is made, cost a few instructions. */
static inline void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
    char *place = text_begin(text, length);

    memory_copy(place, bytes, length);
    text_end(text, place + length);
}

static inline void text_add_string(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

/* Append `count` copies of `string`. */
void text_add_repeated(struct text *text, const char *string, size_t count);

/* Append bytes as they are typed between the quotes of a command: \" and \\, and control characters
 * as \x0a. */
void text_add_typed(struct text *text, const char *bytes, size_t length);

/* Cut off what the text ends in, as long as it is one of some characters. */
void text_trim_end(struct text *text, const char *characters);

/* Copy `size` bytes from `at` on, if it has them all. */
bool text_copy_part(const struct text *text, uint64_t at, void *ret_part, size_t size);

/* The text as a string; it is valid until the text changes. */
const char *text_string(const struct text *text);

/* Empty the text and keep its memory; give its memory back. */
void text_clear(struct text *text);
void text_finish(struct text *text);

#endif
