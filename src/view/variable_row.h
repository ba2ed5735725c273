/* variable_row.h: a row about a variable, or about the frame that those below it lie in. */
#ifndef VIEW_VARIABLE_ROW_H
#define VIEW_VARIABLE_ROW_H

#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

/* How many rows there are: one for each variable, and, while a function is called, one for each
 * frame; from main on. */
size_t variable_rows(const struct picture *picture);

/* What a row is about: a variable's place, or a frame's number. */
struct variable_row {
    bool is_frame;
    uint32_t place;
    size_t frame;
};

/* The row of this number.
 *   cost  O(log frames) */
struct variable_row variable_row_at(const struct picture *picture, size_t number);

/* What stands above the rows. */
void variable_row_heading(struct grid *grid, int at);

/* Draw the row number `number` on row `at` of the grid. */
void variable_row_draw(const struct picture *picture, const struct view_options *options,
                       size_t number, struct grid *grid, int at);

#endif
