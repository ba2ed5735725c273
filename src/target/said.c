/* said.c: see said.h. */
#include "target/said.h"

#include <string.h>

#include "base/utf8.h"

enum { LINES_TOLD = 6, BYTES_TOLD = 160 };

/* The end of the line that begins at `line`: its line break, or `end`. */
static const char *end_of_line(const char *line, const char *end)
{
    const char *found = memchr(line, '\n', (size_t)(end - line));

    return found ? found : end;
}

static size_t count_lines(const char *said, size_t length)
{
    size_t count = said[length - 1] != '\n';

    for (size_t i = 0; i < length; i++)
        count += said[i] == '\n';
    return count;
}

/* Append a line in quotes, or what it begins with. */
static void add_line(struct text *text, const char *line, size_t length)
{
    size_t told = length < BYTES_TOLD ? length : BYTES_TOLD;

    text_add(text, "\"");
    utf8_add_visible(text, line, told);
    text_add(text, "%s\"", told < length ? "..." : "");
}

void said_add(struct text *text, const char *said, size_t length)
{
    const char *end = said + length, *line = said;
    size_t lines = count_lines(said, length), told = lines <= LINES_TOLD ? lines : LINES_TOLD - 1;

    text_add(text, "printed ");
    for (size_t i = 0; i < told; i++) {
        const char *line_end = end_of_line(line, end);

        text_add(text, i == 0 ? "" : i + 1 == lines ? " and " : ", ");
        add_line(text, line, (size_t)(line_end - line));
        line = line_end < end ? line_end + 1 : end;
    }
    if (told < lines)
        text_add(text, " and %zu lines more", lines - told);
}
