/* frame.c: see frame.h. */
#include "view/frame.h"

void frame_heading(struct grid *grid, int row, int column, int columns, const char *heading,
                   const struct view_options *options)
{
    int used = grid_text_elided(grid, row, column + 1, columns - 2, STYLE_HEADING, heading,
                                view_glyph(options, GLYPH_ELLIPSIS));

    grid_put(grid, row, column, ' ', STYLE_HEADING);
    grid_put(grid, row, column + 1 + used, ' ', STYLE_HEADING);
}

void frame_border(struct grid *grid, int row, enum glyph left, enum glyph right,
                  const char *heading, const struct view_options *options)
{
    uint32_t line = view_glyph(options, GLYPH_HORIZONTAL);

    grid_fill(grid, (struct area){row, 0, 1, grid->columns}, line, STYLE_BORDER);
    grid_put(grid, row, 0, view_glyph(options, left), STYLE_BORDER);
    grid_put(grid, row, grid->columns - 1, view_glyph(options, right), STYLE_BORDER);
    if (heading && heading[0])
        frame_heading(grid, row, 2, grid->columns - 4, heading, options);
}

void frame_top(struct grid *grid, int row, const char *heading, const struct view_options *options)
{
    frame_border(grid, row, GLYPH_TOP_LEFT, GLYPH_TOP_RIGHT, heading, options);
}

void frame_bottom(struct grid *grid, int row, const char *heading,
                  const struct view_options *options)
{
    frame_border(grid, row, GLYPH_BOTTOM_LEFT, GLYPH_BOTTOM_RIGHT, heading, options);
}

void frame_sides(struct grid *grid, int row, int rows, const struct view_options *options)
{
    uint32_t line = view_glyph(options, GLYPH_VERTICAL);

    grid_fill(grid, (struct area){row, 0, rows, 1}, line, STYLE_BORDER);
    grid_fill(grid, (struct area){row, grid->columns - 1, rows, 1}, line, STYLE_BORDER);
}

/* Let a vertical border end in a horizontal one, or cross it, unless it does already, or a heading
 * stands there. */
static void join(struct grid *grid, int row, int column, enum glyph glyph,
                 const struct view_options *options)
{
    const struct cell *cell = grid_at(grid, row, column);

    if (cell && cell->glyph == view_glyph(options, GLYPH_HORIZONTAL))
        grid_put(grid, row, column, view_glyph(options, glyph), STYLE_BORDER);
    else if (cell && cell->style == STYLE_BORDER && cell->glyph != view_glyph(options, glyph))
        grid_put(grid, row, column, view_glyph(options, GLYPH_CROSS), STYLE_BORDER);
}

void frame_divide(struct grid *grid, int row, int rows, int column,
                  const struct view_options *options)
{
    grid_fill(grid, (struct area){row, column, rows, 1}, view_glyph(options, GLYPH_VERTICAL),
              STYLE_BORDER);
    join(grid, row - 1, column, GLYPH_TEE_DOWN, options);
    join(grid, row + rows, column, GLYPH_TEE_UP, options);
}
