/* printed.c: see printed.h. */
#include "follow/printed.h"

#include <stdbool.h>

enum { ESCAPE = 27, BELL = 7, BACKSPACE = 8 };

/* How many bytes an escape sequence has that begins there: ESC [ ... letter, ESC ] ... BEL or
 * ESC \, or ESC and another. */
static size_t escape_length(const char *bytes, size_t length)
{
    size_t end = 2;

    if (length < 2)
        return length;
    if (bytes[1] == '[') {
        while (end < length && !(bytes[end] >= '@' && bytes[end] <= '~'))
            end++;
        return end < length ? end + 1 : length;
    }
    if (bytes[1] == ']') {
        while (end < length && bytes[end] != BELL && bytes[end] != ESCAPE)
            end++;
        return end < length && bytes[end] == ESCAPE && end + 1 < length ? end + 2 : end + 1;
    }
    return bytes[1] == '(' || bytes[1] == ')' ? 3 : 2;
}

/* Forget what stands in the last line. */
static void clear_line(struct text *text, size_t begin)
{
    while (text->length > begin && text->data[text->length - 1] != '\n')
        text->length--;
}

void printed_add(const char *bytes, size_t length, struct text *text)
{
    size_t begin = text->length;

    for (size_t at = 0; at < length;) {
        bool ends_line = bytes[at] == '\r' &&
                         (at + 1 == length || bytes[at + 1] == '\n' || bytes[at + 1] == '\r');

        if (bytes[at] == ESCAPE) {
            size_t skipped = escape_length(bytes + at, length - at);

            at += skipped < length - at ? skipped : length - at;
            continue;
        }
        if (bytes[at] == '\r' && !ends_line)
            clear_line(text, begin);
        else if (bytes[at] == BACKSPACE && text->length > begin &&
                 text->data[text->length - 1] != '\n')
            text->length--;
        else if (bytes[at] == '\n' || bytes[at] == '\t' || (unsigned char)bytes[at] >= ' ')
            text_add_bytes(text, bytes + at, 1);
        at++;
    }
    text_add_bytes(text, "", 0);
}
