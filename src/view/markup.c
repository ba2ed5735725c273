/* markup.c: see markup.h. */
#include "view/markup.h"

#include <stdbool.h>
#include <string.h>

/* What is bold or code from one sign to the next. */
enum mark { MARK_NONE, MARK_BOLD, MARK_CODE };

static enum mark mark_at(const char *string, size_t *ret_length)
{
    bool is_bold = string[0] == '*' && string[1] == '*';

    *ret_length = is_bold ? 2 : 1;
    return is_bold ? MARK_BOLD : *string == '`' ? MARK_CODE : MARK_NONE;
}

/* Whether the sign that ends what begins at `string` follows, with something in between. */
static bool is_closed(const char *string, enum mark mark)
{
    const char *sign = mark == MARK_BOLD ? "**" : "`";
    const char *end = strstr(string + strlen(sign), sign);

    return end && end > string + strlen(sign);
}

/* Append the text without its signs, and for each byte of it its mark. */
static void read_marks(const char *string, struct text *text, struct text *marks)
{
    enum mark open = MARK_NONE;

    while (*string) {
        size_t length;
        enum mark mark = mark_at(string, &length);
        char shown;

        if (mark != MARK_NONE && mark == open) {
            open = MARK_NONE;
            string += length;
        } else if (mark != MARK_NONE && open == MARK_NONE && is_closed(string, mark)) {
            open = mark;
            string += length;
        } else {
            shown = (char)open;
            text_add_bytes(marks, &shown, 1);
            text_add_bytes(text, string++, 1);
        }
    }
}

void markup_add_plain(const char *string, struct text *text)
{
    struct text marks = {0};

    read_marks(string, text, &marks);
    text_finish(&marks);
}

/* ---- Drawing ---- */

static enum style style_of(enum mark mark, enum style style)
{
    return mark == MARK_BOLD ? STYLE_EMPHASIS : mark == MARK_CODE ? STYLE_PROMPT : style;
}

/* Draw a line, run by run. */
static void draw_line(struct grid *grid, struct area area, enum style style, const char *line,
                      const char *marks, size_t length)
{
    int used = 0;

    for (size_t from = 0, to; from < length; from = to) {
        struct text run = {0};

        for (to = from + 1; to < length && marks[to] == marks[from]; to++)
            ;
        text_add_bytes(&run, line + from, to - from);
        used += grid_text(grid, area.row, area.column + used, area.columns - used,
                          style_of((enum mark)marks[from], style), text_string(&run));
        text_finish(&run);
    }
}

int markup_wrap(struct grid *grid, struct area area, enum style style, const char *string)
{
    struct text text = {0}, marks = {0};
    const char *line, *next, *end;
    int lines = 0;

    read_marks(string, &text, &marks);
    for (line = text_string(&text); *line; line = next, lines++) {
        size_t from = (size_t)(line - text_string(&text));

        end = grid_break_line(line, area.columns, &next);
        if (lines < area.rows)
            draw_line(grid, (struct area){area.row + lines, area.column, 1, area.columns}, style,
                      line, text_string(&marks) + from, (size_t)(end - line));
    }
    text_finish(&text);
    text_finish(&marks);
    return lines;
}
