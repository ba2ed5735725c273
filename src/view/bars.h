/* bars.h: upright bars, to an eighth of a row. */
#ifndef VIEW_BARS_H
#define VIEW_BARS_H

#include "view/grid.h"
#include "view/options.h"

enum { BARS_EIGHTHS = 8 };

/* How high a bar is in eighths of a row, for a value of a scale that is `rows` high: anything above
 * nothing is one at the least. */
unsigned bars_height(double value, double scale, int rows);

/* Fill an area from below, this high, over all of its columns; the rest is blank. */
void bars_draw(struct grid *grid, struct area area, unsigned eighths, enum style style,
               const struct view_options *options);

#endif
