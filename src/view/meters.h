/* meters.h: the ratios, each with its formula. */
#ifndef VIEW_METERS_H
#define VIEW_METERS_H

#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

enum { METERS_ROWS = RATIOS };

/* Draw as many of the ratios as there are rows. A formula is never cut off: where it has no room,
 * its words go, and then the bar. */
void meters_draw(struct grid *grid, struct area area, const struct scene *scene,
                 const struct view_options *options);

/* Append a ratio's formula with its numbers ("1 - largest 10M / free 20M"). */
void meters_add_formula(unsigned ratio, const struct metrics *metrics,
                        const struct view_options *options, struct text *text);

/* Append the largest request that the heap serves without growing; nothing where that is not known.
 *   is_short  in fewer words */
void meters_add_served(const struct picture *picture, bool is_short, struct text *text);

#endif
