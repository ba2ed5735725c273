/* map_damage.h: what is damaged, on the map: the cells of a damaged block are of a style that no
 * other has, and in the first of them stands a sign. */
#ifndef VIEW_MAP_DAMAGE_H
#define VIEW_MAP_DAMAGE_H

#include "base/text.h"
#include "view/map_cell.h"

/* Mark what the picture knows to be damaged. */
void map_damage_mark(const struct map *map);

/* Append the sign and its word, if anything is damaged. */
void map_damage_add_legend(const struct picture *picture, struct text *text);

#endif
