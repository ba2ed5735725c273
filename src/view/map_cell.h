/* map_cell.h: the cells of a map, one by one. */
#ifndef VIEW_MAP_CELL_H
#define VIEW_MAP_CELL_H

#include "view/curve.h"
#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

/* A map in the making. */
struct map {
    struct grid *grid;
    struct area area;   /* of its cells */
    struct curve curve; /* their order */
    const struct picture *picture;
    const struct view_options *options;
    struct window window;
};

/* The cell number `index` on the grid. */
struct cell *map_cell_at(const struct map *map, size_t index);

/* How many of the cells behind `index`, which has been drawn as one that the block fills with its
 * payload, look like it. */
size_t map_cell_repeats(const struct map *map, size_t index, const struct block *block);

/* Draw the cell number `index`, which begins in the block under the cursor; then the cursor is
 * where the next cell begins. */
void map_cell_draw(const struct map *map, size_t index, struct block_cursor *cursor);

/* Where the cells of a used block, which have been drawn, lie along a curve: write its name where
 * they have room for it side by side. */
void map_cell_add_name(const struct map *map, const struct block *block);

#endif
