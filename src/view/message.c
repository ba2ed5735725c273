/* message.c: see message.h. */
#include "view/message.h"

#include <string.h>

#include "view/markup.h"

/* Returns how many rows caption and text want. */
static int draw_texts(struct grid *grid, struct area area, const struct message *message)
{
    bool is_strong = message->is_presented && message->style == STYLE_PLAIN;
    int lines = 0;

    if (message->caption)
        lines = markup_wrap(grid, area, STYLE_STRONG, message->caption);
    if (lines > 0 && message->text[0])
        lines += message->is_presented;
    area.row += lines;
    area.rows -= lines;
    return lines + grid_wrap(grid, area, is_strong ? STYLE_STRONG : message->style, message->text);
}

int message_rows(const struct message *message, int columns)
{
    struct grid nowhere = {0};

    return draw_texts(&nowhere, (struct area){.columns = columns}, message);
}

void message_draw(struct grid *grid, struct area area, const struct message *message,
                  const struct view_options *options)
{
    static const char more[] = " more: Enter";
    int last = area.row + area.rows - 1, column;

    if (draw_texts(grid, area, message) <= area.rows)
        return;
    column = area.column + area.columns - (int)strlen(more) - 1;
    for (int before = column - 1; before >= area.column; before--) {
        if (grid_at(grid, last, before)->glyph == ' ')
            break;
        grid_put(grid, last, before, ' ', STYLE_PLAIN); /* no half words */
    }
    grid_fill(grid, (struct area){last, column, 1, (int)strlen(more) + 1}, ' ', STYLE_PLAIN);
    grid_put(grid, last, column, view_glyph(options, GLYPH_ELLIPSIS), STYLE_HEADING);
    grid_text(grid, last, column + 1, (int)strlen(more), STYLE_HEADING, more);
}
