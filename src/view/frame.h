/* frame.h: borders, and headings in them. */
#ifndef VIEW_FRAME_H
#define VIEW_FRAME_H

#include "view/grid.h"
#include "view/options.h"

/* A border over the whole width, with corners or tees at its ends, and a heading in it unless that
 * is NULL or empty. */
void frame_border(struct grid *grid, int row, enum glyph left, enum glyph right,
                  const char *heading, const struct view_options *options);

/* The borders at the top and at the bottom of the screen, with corners at their ends. */
void frame_top(struct grid *grid, int row, const char *heading, const struct view_options *options);
void frame_bottom(struct grid *grid, int row, const char *heading,
                  const struct view_options *options);

/* A heading in a border, from `column` on. */
void frame_heading(struct grid *grid, int row, int column, int columns, const char *heading,
                   const struct view_options *options);

/* The left and the right side of some rows. */
void frame_sides(struct grid *grid, int row, int rows, const struct view_options *options);

/* A border down some rows, which ends in the borders above and below. */
void frame_divide(struct grid *grid, int row, int rows, int column,
                  const struct view_options *options);

#endif
