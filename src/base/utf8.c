/* utf8.c: see utf8.h. */
#include "base/utf8.h"

#include <stdbool.h>

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

void utf8_add(struct text *text, uint32_t character)
{
    char bytes[4];
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
    text_add_bytes(text, bytes, length);
}

/* How a character is shown that a terminal would not show. */
static void add_invisible(struct text *text, unsigned byte)
{
    if (byte == '\t')
        text_add(text, " ");
    else if (byte < ' ' || byte == 0x7f)
        text_add(text, "^%c", (int)(byte ^ 0x40));
    else
        text_add(text, "\\x%02x", byte);
}

void utf8_add_visible(struct text *text, const char *string, size_t bytes)
{
    const char *end = string + bytes;

    while (string < end) {
        const char *start = string;
        uint32_t character = utf8_next(&string);
        bool is_invalid = character == REPLACEMENT && string == start + 1;

        if (is_invalid || (character < ' ' && character != '\n'))
            add_invisible(text, (unsigned char)*start);
        else if (character >= 0x7f && character < 0xa0)
            add_invisible(text, character);
        else
            text_add_bytes(text, start, (size_t)(string - start));
    }
}
