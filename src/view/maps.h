/* maps.h: what several policies made of the same steps, as maps side by side.
 *
 * All maps have the scale of the largest heap that any of the policies had on the way, so that what
 * looks larger is larger, whichever the step; all show the same step. */
#ifndef VIEW_MAPS_H
#define VIEW_MAPS_H

#include "session/comparison.h"
#include "view/grid.h"
#include "view/options.h"

struct maps {
    struct comparison comparison;
    size_t step;    /* that they show */
    uint64_t scale; /* bytes that each has room for */
};

/* Begin at the last step.
 *   comparison  taken over, and left empty */
struct maps maps_of(struct comparison *comparison);
void maps_finish(struct maps *maps);

/* Show step number `step`, or the last one, from when comparison_go has brought them there: whoever
 * goes through many steps does not wait for each. */
void maps_go(struct maps *maps, size_t step);

/* Draw all heaps, which comparison_go has brought to the step, each with its name above and its
 * measures beneath, the best of which have a star.
 *   rows     that are seen at once: no map is divided by a multiple of them
 *   returns  a grid with these columns, and as many rows as it takes: the caller's */
struct grid maps_draw(const struct maps *maps, const struct view_options *options, int rows,
                      int columns);

/* Append "step 2 of 5: alloc B 10M; each map has room for 35M", and the keys. */
void maps_add_heading(const struct maps *maps, struct text *text);

#endif
