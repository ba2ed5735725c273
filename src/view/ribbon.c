/* ribbon.c: see ribbon.h. */
#include "view/ribbon.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/size.h"
#include "view/map.h"
#include "view/words.h"

enum { LEAST_WIDTH = 18, MOST_WIDTH = 26, PADDING_COLUMNS_MAX = 10 };

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

/* What stands behind the payload: padding, as "+14", and a footer. Returns its width. */
static int draw_tail(const struct box *box, int end)
{
    const struct block *block = box->block;
    int footer = block->footer ? 3 : 0, padding = 0;
    char text[PADDING_COLUMNS_MAX];

    if (footer)
        draw_tag(box, end - footer, footer, block->footer);
    if (block_padding(block) > 0) {
        padding = snprintf(text, sizeof text, "+%" PRIu64, block_padding(block));
        grid_text(box->grid, box->row, end - footer - padding, padding, STYLE_PADDING, text);
    }
    return footer + padding;
}

static void draw_block(const struct box *box)
{
    const struct block *block = box->block;
    enum style style = map_block_style(box->session, block);
    char label[NAME_LENGTH_MAX + 32], size[SIZE_TEXT_MAX], place[WORDS_PLACE_MAX];
    int column = box->column, end = box->column + box->columns;

    snprintf(label, sizeof label, "%s %s", words_block(box->session, block),
             size_short(block->kind == HG_USED ? block->requested : block->size, size));
    grid_fill(box->grid, (struct area){box->row, box->column, 1, box->columns}, ' ', style);
    column += draw_tag(box, column, end - column, block->header);
    end -= draw_tail(box, end);
    grid_text(box->grid, box->row, column, end - column, style, label);
    grid_text(box->grid, box->row + 1, box->column, box->columns, STYLE_DIM,
              words_place(box->session, box->options, block->at, place));
}

/* The place of the block to the left of the focus, or of the first block. */
static struct block_cursor first_block(const struct scene *scene)
{
    const struct block_table *blocks = &scene->session->mirror->blocks;
    struct block_cursor cursor = block_table_find(blocks, scene->focus);

    if (!block_cursor_get(&cursor))
        cursor = block_table_find(blocks, 0);
    if (block_cursor_get(&cursor) && block_cursor_get(&cursor)->at > 0)
        block_cursor_previous(&cursor);
    return cursor;
}

uint64_t ribbon_draw(struct grid *grid, struct area area, const struct scene *scene,
                     const struct view_options *options)
{
    struct block_cursor cursor = first_block(scene);
    int count = area.columns / LEAST_WIDTH;
    int width = count > 0 ? area.columns / count : area.columns;
    struct box box = {grid, scene->session, options, NULL, area.row, area.column, 0};
    int end = area.column + area.columns;
    uint64_t first = block_cursor_get(&cursor) ? block_cursor_get(&cursor)->at : 0;

    if (width > MOST_WIDTH)
        width = MOST_WIDTH;
    box.columns = width - 1;
    while ((box.block = block_cursor_get(&cursor)) && box.column + box.columns <= end) {
        draw_block(&box);
        box.column += width;
        block_cursor_next(&cursor);
    }
    if (!box.block)
        grid_print(grid, area.row, box.column, end - box.column, STYLE_DIM, "brk");
    else
        grid_put(grid, area.row, end - 1, view_glyph(options, GLYPH_ELLIPSIS), STYLE_DIM);
    return first;
}
