/* block_row.h: blocks as rows of a table. Where it is narrow, columns are left out, footers first,
 * or written shorter; what is left stands in line. */
#ifndef VIEW_BLOCK_ROW_H
#define VIEW_BLOCK_ROW_H

#include "session/picture.h"
#include "view/grid.h"
#include "view/options.h"

/* Draw the table's heading, or a block, on row `at` of the grid, over all of its columns. */
void block_row_heading(const struct picture *picture, const struct view_options *options,
                       struct grid *grid, int at);
void block_row_draw(const struct picture *picture, const struct view_options *options,
                    const struct block *block, struct grid *grid, int at);

#endif
