/* ribbon.c: see ribbon.h. */
#include "view/ribbon.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/size.h"
#include "view/map.h"
#include "view/words.h"

enum { LEAST_WIDTH = 15, MOST_WIDTH = 26 };

/* One block's place in the ribbon. */
struct box {
    struct grid *grid;
    const struct session *session;
    const struct view_options *options;
    const struct block *block;
    int row, column, columns;
};

/* A header or a footer, with how many bytes it has. Returns its width. */
static int draw_tag(const struct box *box, int column, int columns, unsigned bytes)
{
    if (bytes == 0)
        return 0;
    return grid_print(box->grid, box->row, column, columns, STYLE_HEADER,
                      box->options->unstyled ? "[%u]" : " %u ", bytes);
}

static void draw_block(const struct box *box)
{
    const struct block *block = box->block;
    enum style style = map_block_style(box->session, block);
    char label[NAME_LENGTH_MAX + 32], size[SIZE_TEXT_MAX];
    int column = box->column, end = box->column + box->columns;
    int footer = block->footer ? 3 : 0;

    snprintf(label, sizeof label, "%s %s", words_block(box->session, block),
             size_short(block->kind == HG_USED ? block->requested : block->size, size));
    grid_fill(box->grid, (struct area){box->row, box->column, 1, box->columns}, ' ', style);
    column += draw_tag(box, column, end - column, block->header);
    grid_text(box->grid, box->row, column, end - column - footer, style, label);
    if (footer)
        draw_tag(box, end - footer, footer, block->footer);
}

/* Under the block: where it is, and what of it is padding. */
static void draw_caption(const struct box *box)
{
    char place[WORDS_PLACE_MAX];
    uint64_t padding = block_padding(box->block);
    int column = box->column;

    column += grid_print(box->grid, box->row + 1, column, box->columns, STYLE_DIM, "%s",
                         words_place(box->session, box->options, box->block->at, place));
    if (padding > 0)
        grid_print(box->grid, box->row + 1, column, box->column + box->columns - column,
                   STYLE_PADDING, " pad %" PRIu64, padding);
}

uint64_t ribbon_draw(struct grid *grid, struct area area, const struct session *session,
                     const struct view_options *options)
{
    struct block_cursor cursor = block_table_find(&session->mirror->blocks, options->focus);
    int count = area.columns / LEAST_WIDTH;
    int width = count > 0 ? area.columns / count : area.columns;
    struct box box = {grid, session, options, NULL, area.row, area.column, 0};
    uint64_t first;

    if (width > MOST_WIDTH)
        width = MOST_WIDTH;
    if (!block_cursor_get(&cursor))
        cursor = block_table_find(&session->mirror->blocks, 0);
    if (block_cursor_get(&cursor) && block_cursor_get(&cursor)->at > 0)
        block_cursor_previous(&cursor);
    first = block_cursor_get(&cursor) ? block_cursor_get(&cursor)->at : 0;
    box.columns = width - 1;
    while ((box.block = block_cursor_get(&cursor)) &&
           box.column + box.columns <= area.column + area.columns) {
        draw_block(&box);
        draw_caption(&box);
        box.column += width;
        block_cursor_next(&cursor);
    }
    if (!box.block)
        grid_print(grid, area.row, box.column, area.column + area.columns - box.column, STYLE_DIM,
                   "brk");
    else
        grid_put(grid, area.row, area.column + area.columns - 1,
                 view_glyph(options, GLYPH_ELLIPSIS), STYLE_DIM);
    return first;
}
