/* histogram.h: how large the blocks are, used and free, by powers of two. */
#ifndef VIEW_HISTOGRAM_H
#define VIEW_HISTOGRAM_H

#include "session/picture.h"
#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

/* The least rows that it takes: three of bars, the counts of used and of free blocks, and where the
 * classes begin. */
enum { HISTOGRAM_ROWS = 6 };

/* Draw how many blocks there are in each class of sizes, a broad bar for used ones and a narrow one
 * for free ones. Where there is no room for each power of two, a class has several. */
void histogram_draw(struct grid *grid, struct area area, const struct scene *scene,
                    const struct view_options *options);

/* Append a line for each power of two between the smallest and the largest block. */
void histogram_add_text(const struct picture *picture, const struct view_options *options,
                        struct text *text);

#endif
