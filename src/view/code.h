/* code.h: the program text that steps stand for, with the line at hand marked, and beside it, where
 * there is room, the steps with their lines. */
#ifndef VIEW_CODE_H
#define VIEW_CODE_H

#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

enum { CODE_ROWS = 3 };

void code_draw(struct grid *grid, struct area area, const struct scene *scene,
               const struct view_options *options);

#endif
