/* timeline.h: how the heap came to be as it is: measures over the steps, one curve below the other,
 * with a cursor where we are. */
#ifndef VIEW_TIMELINE_H
#define VIEW_TIMELINE_H

#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

/* The least rows that it takes: one for each curve, and the axis. */
enum { TIMELINE_CURVES = 5, TIMELINE_ROWS = TIMELINE_CURVES + 1 };
enum { TIMELINE_MEMORY_CURVES = 3, TIMELINE_MEMORY_ROWS = TIMELINE_MEMORY_CURVES + 1 };

/* Draw the curves of heap size, live bytes, external and internal fragmentation, and free blocks,
 * from before the first step, or the first that is kept, to the last one known; where there are
 * more rows, they are higher. A column shows how things were after the step that it stands for; a
 * click on it means that step. The two curves of bytes have one scale.
 *   cost  O(columns), however many steps there are */
void timeline_draw(struct grid *grid, struct area area, const struct scene *scene,
                   const struct view_options *options);

/* Draw the curves of heap size, live bytes and the bytes of the heap's pages that were in memory,
 * all of one scale; the last has gaps where nobody looked. */
void timeline_draw_memory(struct grid *grid, struct area area, const struct scene *scene,
                          const struct view_options *options);

#endif
