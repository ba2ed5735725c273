/* free_list.h: a free list in list order, which is not the order of addresses. */
#ifndef VIEW_FREE_LIST_H
#define VIEW_FREE_LIST_H

#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

/* Draw the lists of the scene as chains with arrows: "+0x0040 10M > +0x0160 100K >
 * end". What has no room, or was not read, is counted instead. */
void free_list_draw(struct grid *grid, struct area area, const struct scene *scene,
            const struct view_options *options);

#endif
