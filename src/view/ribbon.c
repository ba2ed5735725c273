/* ribbon.c: see ribbon.h. */
#include "view/ribbon.h"

#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "view/changes.h"
#include "view/map.h"
#include "view/slots.h"
#include "view/words.h"

enum {
    LEAST_WIDTH = 18,
    MOST_WIDTH = 26,
    END_COLUMNS = 4, /* " brk", or that there is more */
    LEAST_LABEL = 9, /* room for a name of three letters and any size */
    TAG_MAX = 16,
};

/* One block's place in the ribbon. */
struct box {
    struct grid *grid;
    const struct picture *picture;
    const struct view_options *options;
    const struct block *block;
    uint64_t focus;
    int row, column, columns;
};

/* A header or a footer, with how many bytes it has. */
static const char *write_tag(const struct box *box, unsigned bytes, char text[TAG_MAX])
{
    text[0] = '\0';
    if (bytes > 0)
        snprintf(text, TAG_MAX, box->options->unstyled ? "[%u]" : " %u ", bytes);
    return text;
}

/* What stands behind the payload: padding, as "+14", where it leaves room for a name, and a footer.
 * Returns its width. */
static int draw_tail(const struct box *box, int room)
{
    const struct block *block = box->block;
    char footer[TAG_MAX], padding[SIZE_TEXT_MAX + 1] = "+";
    int end = box->column + box->columns;
    int taken = (int)strlen(write_tag(box, block->footer, footer));

    grid_text(box->grid, box->row, end - taken, taken, STYLE_HEADER, footer);
    size_short(block_padding(block), padding + 1);
    if (block_padding(block) > 0 && room - taken - (int)strlen(padding) >= LEAST_LABEL) {
        taken += (int)strlen(padding);
        grid_text(box->grid, box->row, end - taken, (int)strlen(padding), STYLE_PADDING, padding);
    }
    return taken;
}

/* The block's colour, which is that on the map: what the last step made of it, else what it is. */
static enum style style_of(const struct box *box)
{
    enum change change;

    return change_of_block(box->picture, box->block, &change)
               ? change_style(change)
               : map_block_style(box->picture, box->block);
}

/* A block's name and its size, of which the size is always whole; and where its slots point. */
static void draw_label(const struct box *box, int column, int columns)
{
    const struct block *block = box->block;
    enum style style = style_of(box);
    int end = column + columns;
    char size[SIZE_TEXT_MAX];

    size_short(block->kind == HG_KIND_USED ? block->requested : block->size, size);
    column += grid_text_elided(box->grid, box->row, column, columns - (int)strlen(size) - 1, style,
                               words_block(box->picture, block),
                               view_glyph(box->options, GLYPH_ELLIPSIS));
    grid_text(box->grid, box->row, column + 1, (int)strlen(size), style, size);
    column += 1 + (int)strlen(size);
    slots_draw(box->grid, box->row, column, end - column, style, box->picture, block, box->options);
}

/* Where a block is; that which the views are about has a pointer to it. */
static void draw_place(const struct box *box)
{
    const struct block *block = box->block;
    bool is_focus = box->focus - block->at < block->size;
    char place[WORDS_PLACE_MAX];

    grid_print(box->grid, box->row + 1, box->column, box->columns,
               is_focus ? STYLE_STRONG : STYLE_DIM, "%s%s", is_focus ? "^ " : "",
               words_place(box->picture, box->options, block->at, place));
}

static void draw_block(const struct box *box)
{
    const struct block *block = box->block;
    char header[TAG_MAX];
    int taken, tail;

    grid_fill(box->grid, (struct area){box->row, box->column, 1, box->columns}, ' ', style_of(box));
    taken = grid_text(box->grid, box->row, box->column, box->columns, STYLE_HEADER,
                      write_tag(box, block->header, header));
    tail = draw_tail(box, box->columns - taken);
    draw_label(box, box->column + taken, box->columns - taken - tail);
    draw_place(box);
    grid_link(box->grid, (struct area){box->row, box->column, RIBBON_ROWS, box->columns},
              LINK_BLOCK, block->at, block->at + block->size);
}

/* The place of the block to the left of the focus, or of the first block. */
static struct block_cursor first_block(const struct scene *scene)
{
    const struct block_table *blocks = &scene->picture->blocks;
    struct block_cursor cursor = block_table_find(blocks, scene->focus);

    if (!block_cursor_get(&cursor))
        cursor = block_table_find(blocks, 0);
    if (block_cursor_get(&cursor) && block_cursor_get(&cursor)->at > 0)
        block_cursor_previous(&cursor);
    return cursor;
}

void ribbon_draw(struct grid *grid, struct area area, const struct scene *scene,
                 const struct view_options *options)
{
    struct block_cursor cursor = first_block(scene);
    int boxes_columns = area.columns - END_COLUMNS + 1;
    int count = boxes_columns / LEAST_WIDTH;
    int width = count > 0 ? boxes_columns / count : boxes_columns;
    struct box box = {grid, scene->picture, options, NULL, scene->focus, area.row, area.column, 0};
    int end = area.column + area.columns, boxes_end = area.column + boxes_columns;

    if (width > MOST_WIDTH)
        width = MOST_WIDTH;
    box.columns = width - 1;
    while ((box.block = block_cursor_get(&cursor)) && box.column + width <= boxes_end) {
        draw_block(&box);
        box.column += width;
        block_cursor_next(&cursor);
    }
    if (!box.block)
        grid_print(grid, area.row, box.column, end - box.column, STYLE_DIM, "brk");
    else
        grid_put(grid, area.row, end - 1, view_glyph(options, GLYPH_ELLIPSIS), STYLE_DIM);
    grid_light(grid, area, scene->lit_low, scene->lit_high, 0);
}
