/* text.c: see text.h. */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Make room for `more` bytes and the terminating one. */
static void reserve(struct text *text, size_t more)
{
    if (text->length + more >= text->capacity)
        text->data = memory_reserve(text->data, &text->capacity, text->length + more + 1, 1);
}

void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
    reserve(text, length);
    memory_copy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void text_add_string(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

void text_add_number(struct text *text, uint64_t number)
{
    enum { MOST_DIGITS = 20 };
    char digits[MOST_DIGITS];
    size_t first = MOST_DIGITS;

    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    text_add_bytes(text, digits + first, MOST_DIGITS - first);
}

void text_add_tenths(struct text *text, double number)
{
    enum { MOST = 1000000 };
    long double tenths = (long double)number * 10, rest; /* it has digits enough to be exact */
    uint64_t whole;

    if (!(number >= 0 && number < MOST)) {
        text_add(text, "%.1f", number);
        return;
    }
    whole = (uint64_t)tenths;
    rest = tenths - (long double)whole;
    whole += rest > 0.5L || (rest == 0.5L && whole % 2 == 1);
    text_add_number(text, whole / 10);
    text_add_bytes(text, ".", 1);
    text_add_number(text, whole % 10);
}

/* Most of what is added is short: then it is made only once. */
void text_add_list(struct text *text, const char *format, va_list arguments)
{
    enum { USUAL = 120 };
    va_list again;
    size_t room;
    int length;

    reserve(text, USUAL);
    room = text->capacity - text->length;
    va_copy(again, arguments);
    length = vsnprintf(text->data + text->length, room, format, again);
    va_end(again);
    if (length > 0 && (size_t)length >= room) {
        reserve(text, (size_t)length);
        vsnprintf(text->data + text->length, (size_t)length + 1, format, arguments);
    }
    text->length += length > 0 ? (size_t)length : 0;
    text->data[text->length] = '\0';
}

void text_add(struct text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_add_list(text, format, arguments);
    va_end(arguments);
}

void text_add_repeated(struct text *text, const char *string, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_add_bytes(text, string, strlen(string));
}

const char *text_string(const struct text *text)
{
    return text->data ? text->data : "";
}

void text_clear(struct text *text)
{
    text->length = 0;
    if (text->data)
        text->data[0] = '\0';
}

void text_finish(struct text *text)
{
    free(text->data);
    *text = (struct text){0};
}
