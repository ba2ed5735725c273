/* stack.h: the stack beside the heap: its frames, growing down, and where their variables point. */
#ifndef VIEW_STACK_H
#define VIEW_STACK_H

#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

/* The least rows that it takes. */
enum { STACK_ROWS = 4 };

/* Whether it has something to tell that the heap does not: functions were called, or stack data
 * made. */
bool stack_is_busy(const struct picture *picture);

/* Draw a row for each frame and each variable, main's first; where there is no room for all, those
 * on top of the stack. A variable says where it points by the name and the colour of the block
 * there, or what is wrong with it. A click on it means that block.
 *   cost  O(rows of the area * log frames) */
void stack_draw(struct grid *grid, struct area area, const struct scene *scene,
                const struct view_options *options);

/* Append how large it is. */
void stack_add_heading(const struct scene *scene, const struct view_options *options,
                       struct area area, struct text *heading);

#endif
