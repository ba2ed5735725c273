/* block_cells.h: how full the cells of a map are, kept up to date with the blocks.
 *
 * Whoever draws a map after each step would look at all blocks each time, though a step changes
 * but a few. So a table keeps the sums of equal cells once it is asked to, and each splice counts
 * its blocks in them.
 *
 * What always holds: a cell that several blocks share has the sums that block_cursor_sum gives; of
 * one that lies in a single block they say one block at the most. */
#ifndef SESSION_BLOCK_CELLS_H
#define SESSION_BLOCK_CELLS_H

#include "session/block_table.h"

/* Keep the sums of cells of `bytes` from now on, until the heap has more than BLOCK_CELLS_MAX of
 * them.
 *   cost  O(blocks) where they are not kept yet */
void block_cells_keep(struct block_table *table, uint64_t bytes);

/* The sums of [low, low + bytes), where there are blocks; NULL if they are not kept. */
const struct block_extent *block_cells_get(const struct block_table *table, uint64_t low,
                                           uint64_t bytes);

/* Count a block in the cells or, with -1, no more. */
void block_cells_count(struct block_cells *cells, const struct block *block, int times);

/* Keep no cells. */
void block_cells_finish(struct block_cells *cells);

#endif
