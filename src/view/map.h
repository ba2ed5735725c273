/* map.h: the heap to scale: each cell stands for the same number of bytes. */
#ifndef VIEW_MAP_H
#define VIEW_MAP_H

#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

struct map_scale {
    uint64_t cell_bytes;
    size_t cells; /* that the heap takes, the last one perhaps in part */
};

/* The finest scale, of 2^n or 3 * 2^n bytes a cell, at which the heap fits into `cells`. */
struct map_scale map_scale(const struct session *session, size_t cells);

/* Draw the heap row by row.
 *
 * A cell inside one block shows the block: its name, or what kind it is. A cell that two kinds
 * share is divided where they meet, to an eighth. A cell of many blocks shows how much of it is in
 * use. No block ever vanishes: whatever is there takes an eighth at the least. */
void map_draw(struct grid *grid, struct area area, const struct scene *scene,
            const struct view_options *options);

/* The style of a block: its kind, and for a used one a shade that tells it from its neighbours. */
enum style map_block_style(const struct session *session, const struct block *block);

#endif
