/* residency.h: which pages of the heap are in memory, and whose bytes lie on them.
 *
 * A cell of the map stands for a page, or for as many as it takes to show all of the heap. One
 * whose pages are in memory shows whose they are, as the heap's map does; where only some are, it
 * is filled as far. One of pages that are not shows why: a dot where nothing was ever written. */
#ifndef VIEW_RESIDENCY_H
#define VIEW_RESIDENCY_H

#include "show/exhibit.h"
#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

/* The panel: the map, and below it the curves of heap, live bytes and what of it was in memory. */
enum { RESIDENCY_ROWS = 5 };

void residency_draw_panel(struct grid *grid, struct area area, const struct scene *scene,
                          const struct view_options *options);

/* Append "12K in memory of 10.1M: 3 of 2594 pages of 4K". */
void residency_add_sum(const struct pages *pages, uint64_t heap_size, struct text *text);

/* Append what the signs on the map mean, of those that there are. */
void residency_add_legend(const struct pages *pages, struct text *text);

/* ---- All there is to say of an exhibit of pages ---- */

/* Append how many pages there are in which state. */
void residency_add_text(const struct scene *scene, const struct view_options *options,
                        const struct exhibit *exhibit, struct text *text);

/* The rows below: the curves, the map, and a list of runs of pages; and one of them. */
size_t residency_count_rows(const struct pages *pages);
void residency_draw_row(const struct scene *scene, const struct pages *pages,
                        const struct view_options *options, size_t row, struct grid *grid, int at);

#endif
