/* map_cell.h: the cells of a map, one by one. */
#ifndef VIEW_MAP_CELL_H
#define VIEW_MAP_CELL_H

#include "view/curve.h"
#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

/* A map in the making. Where it is fine, a cell takes several columns and rows of characters: then
 * its order is that of columns, and a row of it is one of cells. */
struct map {
    struct grid *grid;
    struct area area;   /* of its cells */
    struct curve curve; /* the order of their columns */
    const struct picture *picture;
    const struct view_options *options;
    struct window window;
};

/* How many columns the cells take, in all rows. */
static inline size_t map_columns(const struct map *map)
{
    return map->window.cells * (size_t)map->window.cell_columns;
}

/* How many of the rows of characters of a cell show it: where there are several, the last has words
 * below it. */
static inline int map_shown_rows(const struct map *map)
{
    return map->window.cell_rows > 1 ? map->window.cell_rows - 1 : 1;
}

/* The column number `index` on the grid, of a cell's first row and `below` that. */
static inline struct cell *map_cell_below(const struct map *map, size_t index, int below)
{
    struct place place = curve_place(&map->curve, index);

    return grid_at(map->grid, map->area.row + place.row * map->window.cell_rows + below,
                   map->area.column + place.column);
}

static inline struct cell *map_cell_at(const struct map *map, size_t index)
{
    return map_cell_below(map, index, 0);
}

/* The cells from number `index` on, `most` or as many as lie side by side. A run of many that look
 * alike is not worth a search for each of its cells. */
static inline struct cell *map_cell_run(const struct map *map, size_t index, size_t most,
                                        size_t *ret_count)
{
    size_t columns = (size_t)map->curve.columns;
    size_t count = map->curve.places ? 1 : columns - (index < columns ? index : index % columns);

    *ret_count = count < most ? count : most;
    return map_cell_at(map, index);
}

/* What a block is drawn with where its name has no room. */
enum glyph map_block_glyph(const struct picture *picture, const struct block *block);

/* How many of the cells behind `index`, which has been drawn as one that the block fills with its
 * payload, look like it. */
size_t map_cell_repeats(const struct map *map, size_t index, const struct block *block);

/* Draw a cell of many blocks without a look at them, if how full it is has been kept, and if it is
 * drawn as text, where nobody can ask for the block it stands for. */
bool map_cell_draw_known(const struct map *map, size_t index);

/* Draw the cell number `index`, which begins in the block under the cursor; then the cursor is
 * where the next cell begins. */
void map_cell_draw(const struct map *map, size_t index, struct block_cursor *cursor);

/* Where the cells of a used block, which have been drawn, lie along a curve: write its name where
 * they have room for it side by side. */
void map_cell_add_name(const struct map *map, const struct block *block);

#endif
