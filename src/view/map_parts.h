/* map_parts.h: a map on which a cell stands for few bytes, so that the parts of blocks can be told:
 * header, payload, padding and footer, each with its size written in, as on a blackboard.
 *
 * Where there is room, a row of cells is two or three characters high: the last of them has the
 * addresses of the blocks. */
#ifndef VIEW_MAP_PARTS_H
#define VIEW_MAP_PARTS_H

#include "view/map_cell.h"

/* Draw the parts of all blocks in the window, which is a fine one, in the first row of each row of
 * cells. A column in which two parts meet is divided there, to an eighth. */
void map_parts_draw(const struct map *map);

/* When all is marked that is to be: let the rows below be as the first, and write what the parts
 * are, and how large, where they have room for it. */
void map_parts_finish(const struct map *map);

/* Write where the blocks are under them, where rows of cells are high enough.
 *   focus  the offset of the block that has a pointer to it; OFFSET_NULL for none */
void map_parts_add_places(const struct map *map, uint64_t focus);

#endif
