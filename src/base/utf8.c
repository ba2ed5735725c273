/* utf8.c: see utf8.h. */
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum { REPLACEMENT = 0xfffd };

/* How many bytes follow a first byte, and the bits of the character in it; -1 if it is no first
 * byte. */
static int continuation_count(unsigned char first, uint32_t *ret_bits)
{
    if (first < 0x80) {
        *ret_bits = first;
        return 0;
    }
    if (first >= 0xc2 && first < 0xe0) {
        *ret_bits = first & 0x1f;
        return 1;
    }
    if (first >= 0xe0 && first < 0xf0) {
        *ret_bits = first & 0x0f;
        return 2;
    }
    if (first >= 0xf0 && first < 0xf5) {
        *ret_bits = first & 0x07;
        return 3;
    }
    return -1;
}

uint32_t utf8_next(const char **string)
{
    const unsigned char *byte = (const unsigned char *)*string;
    uint32_t character = 0;
    int count = continuation_count(byte[0], &character);

    ++*string;
    for (int i = 1; i <= count; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return REPLACEMENT;
        character = character << 6 | (byte[i] & 0x3f);
    }
    if (count < 0 || (count == 2 && character < 0x800) || (count == 3 && character < 0x10000) ||
        (character >= 0xd800 && character < 0xe000) || character > 0x10ffff)
        return REPLACEMENT;
    *string += count;
    return character;
}

char *utf8_write(char bytes[UTF8_BYTES_MAX], uint32_t character)
{
    size_t length = 1;

    if (character < 0x80) {
        bytes[0] = (char)character;
    } else if (character < 0x800) {
        bytes[0] = (char)(0xc0 | character >> 6);
        length = 2;
    } else if (character < 0x10000) {
        bytes[0] = (char)(0xe0 | character >> 12);
        length = 3;
    } else {
        bytes[0] = (char)(0xf0 | character >> 18);
        length = 4;
    }
    for (size_t i = 1; i < length; i++)
        bytes[i] = (char)(0x80 | ((character >> 6 * (length - 1 - i)) & 0x3f));
    return bytes + length;
}

void utf8_add(struct text *text, uint32_t character)
{
    text_end(text, utf8_write(text_begin(text, UTF8_BYTES_MAX), character));
}

bool utf8_is_command(uint32_t character)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0, 0x1f},        {0x7f, 0x9f},     {0x61c, 0x61c},   {0x200e, 0x200f},   {0x2028, 0x202e},
        {0x2066, 0x2069}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
    };

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last)
            return true;
    }
    return false;
}

size_t utf8_mark(const char *text, size_t size)
{
    static const char mark[] = {'\xef', '\xbb', '\xbf'};

    return size >= sizeof mark && memcmp(text, mark, sizeof mark) == 0 ? sizeof mark : 0;
}

/* The form of a character that a terminal would obey, or of a byte that is none. */
static size_t escape(uint32_t character, char form[UTF8_FORM_MAX])
{
    if (character == '\t')
        return (size_t)snprintf(form, UTF8_FORM_MAX, " ");
    if (character < ' ' || character == 0x7f)
        return (size_t)snprintf(form, UTF8_FORM_MAX, "^%c", (int)(character ^ 0x40));
    if (character < 0x100)
        return (size_t)snprintf(form, UTF8_FORM_MAX, "\\x%02x", (unsigned)character);
    return (size_t)snprintf(form, UTF8_FORM_MAX, "\\u%04x", (unsigned)character);
}

size_t utf8_next_form(const char **string, char form[UTF8_FORM_MAX])
{
    const char *start = *string;
    uint32_t character = utf8_next(string);
    size_t length = (size_t)(*string - start);

    if (character == REPLACEMENT && length == 1)
        return escape((unsigned char)*start, form);
    if (utf8_is_command(character))
        return escape(character, form);
    memcpy(form, start, length);
    return length;
}

void utf8_add_visible(struct text *text, const char *string, size_t bytes)
{
    const char *end = string + bytes;
    char form[UTF8_FORM_MAX];

    while (string < end) {
        if (*string == '\n')
            text_add_bytes(text, string++, 1);
        else
            text_add_bytes(text, form, utf8_next_form(&string, form));
    }
}

void utf8_add_visible_line(struct text *text, const char *string)
{
    char form[UTF8_FORM_MAX];

    while (*string)
        text_add_bytes(text, form, utf8_next_form(&string, form));
}
