/* text.c: see text.h. */
#include "base/text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"

void text_reserve(struct text *text, size_t more)
{
    enum { LEAST = 64 };
    size_t needed = text->length + more + 1, twice = 2 * text->capacity;

    if (needed <= text->capacity)
        return;
    if (needed < twice) /* texts that grow often grow on */
        needed = twice;
    text->data = memory_reserve(text->data, &text->capacity, needed > LEAST ? needed : LEAST, 1);
}

void text_add_number(struct text *text, uint64_t number)
{
    text_end(text, number_write(number, text_begin(text, NUMBER_DIGITS_MAX)));
}

void text_add_tenths(struct text *text, double number)
{
    enum { MOST = 1000000 };
    long double tenths = (long double)number * 10, rest; /* it has digits enough to be exact */
    uint64_t whole;
    char *place;

    if (!(number >= 0 && number < MOST)) {
        text_add(text, "%.1f", number);
        return;
    }
    whole = (uint64_t)tenths;
    rest = tenths - (long double)whole;
    whole += rest > 0.5L || (rest == 0.5L && whole % 2 == 1);
    place = number_write(whole / 10, text_begin(text, NUMBER_DIGITS_MAX + 2));
    *place++ = '.';
    *place++ = (char)('0' + whole % 10);
    text_end(text, place);
}

static bool begins_with(const char *format, const char *conversion)
{
    return strncmp(format, conversion, strlen(conversion)) == 0;
}

/* Append what can be without printf's help: text, strings and whole numbers, which is most of all.
 *   returns  the format from where it needs help on; the rest of the arguments is for that */
static const char *add_simple(struct text *text, const char *format, va_list *arguments)
{
    for (;;) {
        const char *conversion = strchrnul(format, '%');

        text_add_bytes(text, format, (size_t)(conversion - format));
        format = conversion;
        if (begins_with(format, "%s")) {
            const char *string = va_arg(*arguments, const char *);

            text_add_string(text, string ? string : "(null)");
            format += 2;
        } else if (begins_with(format, "%zu")) {
            text_add_number(text, va_arg(*arguments, size_t));
            format += 3;
        } else if (begins_with(format, "%" PRIu64)) {
            text_add_number(text, va_arg(*arguments, uint64_t));
            format += strlen("%" PRIu64);
        } else {
            return format;
        }
    }
}

/* Append what printf makes of a format; most of that is short, and is made only once. */
static __attribute__((format(printf, 2, 0))) void add_formatted(struct text *text,
                                                                const char *format,
                                                                va_list arguments)
{
    enum { USUAL = 120 };
    va_list again;
    size_t room;
    int length;

    text_reserve(text, USUAL);
    room = text->capacity - text->length;
    va_copy(again, arguments);
    length = vsnprintf(text->data + text->length, room, format, again);
    va_end(again);
    if (length > 0 && (size_t)length >= room) {
        text_reserve(text, (size_t)length);
        vsnprintf(text->data + text->length, (size_t)length + 1, format, arguments);
    }
    text->length += length > 0 ? (size_t)length : 0;
    text->data[text->length] = '\0';
}

void text_add_list(struct text *text, const char *format, va_list arguments)
{
    va_list rest;

    va_copy(rest, arguments);
    format = add_simple(text, format, &rest);
    if (*format)
        add_formatted(text, format, rest);
    va_end(rest);
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

void text_add_typed(struct text *text, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (iscntrl((unsigned char)bytes[i]))
            text_add(text, "\\x%02x", (unsigned char)bytes[i]);
        else
            text_add(text, "%s%c", bytes[i] == '"' || bytes[i] == '\\' ? "\\" : "", bytes[i]);
    }
}

void text_trim_end(struct text *text, const char *characters)
{
    while (text->length > 0 && strchr(characters, text->data[text->length - 1]))
        text->data[--text->length] = '\0';
}

bool text_copy_part(const struct text *text, uint64_t at, void *ret_part, size_t size)
{
    if (at > text->length || text->length - at < size)
        return false;
    memcpy(ret_part, text->data + at, size);
    return true;
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
