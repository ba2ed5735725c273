/* map.h: the heap to scale: each cell stands for the same number of bytes. */
#ifndef VIEW_MAP_H
#define VIEW_MAP_H

#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

/* Draw what the outlook's window shows of the heap, row by row or along a curve on which a block is
 * a compact patch; where that is not all and there are two rows or more, the first is an overview
 * of all of it, in which the window is marked.
 *
 * A cell inside one block shows the block: its name, or what kind it is; where cells are small
 * enough, header, footer and padding show, too, and where they are a few bytes, with their sizes
 * (map_parts.h). A cell that two kinds share is divided where they meet, to an eighth. A cell of
 * many blocks shows how much of it is in use. No block ever vanishes: whatever is there takes an
 * eighth at the least. What the last step changed is marked and, unless it is a line of text,
 * where pages begin if they are many cells. */
void map_draw(struct grid *grid, struct area area, const struct scene *scene,
              const struct view_options *options);

/* The room that a zoomed map in the area has. */
struct map_room map_room(struct area area, const struct view_options *options);

/* The window that is drawn there. */
struct window map_window(const struct scene *scene, struct area area,
                         const struct view_options *options);

/* Where the blocks lie that people look at: from the first that is not the heap's own, up to the
 * last that is in use; nothing where that is more than a map of single bytes could show.
 *   cost  O(cells of the map) */
void map_find_live(const struct picture *picture, struct map_room room, uint64_t *ret_low,
                   uint64_t *ret_high);

/* Whether pages of memory are told apart on a map of this window. */
bool map_shows_pages(const struct window *window, const struct picture *picture);

/* The offset that the cell above that of `at` begins with or, with 1, the one below. Beyond the
 * window it goes on row by row; along a curve there is nothing: `at` itself. */
uint64_t map_row_away(const struct scene *scene, struct area area,
                      const struct view_options *options, uint64_t at, int direction);

/* The style of a block: its kind, and for a used one a shade that tells it from its neighbours. */
enum style map_block_style(const struct picture *picture, const struct block *block);

#endif
