/* legend.h: what the colours and signs of map and strip mean: one table, which says it in a line
 * under the map where there is room, and on a page of its own. */
#ifndef VIEW_LEGEND_H
#define VIEW_LEGEND_H

#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

/* How many of the rows that a map panel has are the legend's. */
int legend_rows(int panel_rows);

/* Draw in a row the parts of blocks, what the last step changed, what is leaked or damaged if
 * something is, and, if the map tells them, where pages begin. What has no room goes, the last
 * first. */
void legend_draw(struct grid *grid, struct area area, const struct scene *scene,
                 const struct view_options *options, bool has_pages);

/* The whole legend: how many rows it has, and one of them. */
size_t legend_page_rows(void);
void legend_draw_page_row(const struct view_options *options, size_t row, struct grid *grid,
                          int at);

#endif
