/* ribbon.h: the blocks near the focus, each with enough room for its header, name and size, however
 * many bytes it has. */
#ifndef VIEW_RIBBON_H
#define VIEW_RIBBON_H

#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

enum { RIBBON_ROWS = 2 };

/* Draw the block that covers scene->focus, one to its left, and as many to its right as fit; a
 * pointer beneath it says which it is. */
void ribbon_draw(struct grid *grid, struct area area, const struct scene *scene,
                 const struct view_options *options);

#endif
