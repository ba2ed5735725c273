/* free_list.h: free lists in list order, which is not the order of addresses. */
#ifndef VIEW_FREE_LIST_H
#define VIEW_FREE_LIST_H

#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

/* Draw the lists of the scene. One is a chain with arrows: "+0x0040 10M > +0x0160 100K > end"; what
 * has no room, or was not read, is counted instead. Several have a row each, with how many blocks
 * are in them, "2^6 12 +0x0040 > ..."; empty ones are left out. */
void free_list_draw(struct grid *grid, struct area area, const struct scene *scene,
                    const struct view_options *options);

#endif
