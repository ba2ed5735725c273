/* meters.h: the measures of fragmentation, each with its formula. */
#ifndef VIEW_METERS_H
#define VIEW_METERS_H

#include "session/session.h"
#include "view/grid.h"
#include "view/options.h"

enum { METERS_ROWS = 4 };

/* Draw as many of external, internal, overhead and utilization as there are rows. */
void meters_draw(struct grid *grid, struct area area, const struct session *session,
                 const struct view_options *options);

/* Append a meter's formula with its numbers ("1 - largest 10M / free 20M"). */
void meters_add_formula(unsigned meter, const struct metrics *metrics,
                        const struct view_options *options, struct text *text);

/* A meter's name ("external") and ratio; NULL beyond the last. */
const char *meters_name(unsigned meter);
double meters_ratio(unsigned meter, const struct metrics *metrics);

#endif
