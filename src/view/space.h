/* space.h: the classic figure of an address space: text, data, bss and the heap at the bottom, the
 * stack on top, high addresses above low ones, and the nothing in between.
 *
 * What lies from the program's first byte to the break is to scale, but that nothing is smaller
 * than a row; what lies above, and every gap, has one row each. */
#ifndef VIEW_SPACE_H
#define VIEW_SPACE_H

#include "show/exhibit.h"
#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

/* The fewest rows that there is a figure for. */
enum { SPACE_ROWS = 11 };

void space_draw(struct grid *grid, struct area area, const struct picture *picture,
                const struct space *space, const struct view_options *options);

void space_draw_panel(struct grid *grid, struct area area, const struct scene *scene,
                      const struct view_options *options);

/* Append "64K a row up to the break; what is above has one row each". */
void space_add_scale(const struct space *space, int rows, struct text *text);

#endif
