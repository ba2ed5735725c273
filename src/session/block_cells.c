/* block_cells.c: see block_cells.h. */
#include "session/block_cells.h"

#include <stdlib.h>

#include "base/memory.h"

enum { BLOCK_CELLS_MAX = 1024 };

void block_cells_finish(struct block_cells *cells)
{
    free(cells->extents);
    *cells = (struct block_cells){0};
}

/* Count what of the block lies in the cell. */
static void count_part(struct block_cells *cells, uint64_t cell, const struct block *block,
                       int times)
{
    uint64_t low = cell * cells->bytes, high = low + cells->bytes;
    uint64_t from = block->at > low ? block->at : low, end = block->at + block->size;
    uint64_t part = (end < high ? end : high) - from;
    struct block_extent *extent = &cells->extents[cell];

    extent->bytes[block->kind] += times > 0 ? part : -part;
    extent->blocks += times > 0 ? 1 : UINT64_MAX;
}

void block_cells_count(struct block_cells *cells, const struct block *block, int times)
{
    uint64_t first, last;

    if (cells->bytes == 0)
        return;
    first = block->at / cells->bytes;
    last = (block->at + block->size - 1) / cells->bytes;
    if (last >= BLOCK_CELLS_MAX) {
        block_cells_finish(cells);
        return;
    }
    count_part(cells, first, block, times);
    if (last > first) /* those in between are the block's alone */
        count_part(cells, last, block, times);
}

void block_cells_keep(struct block_table *table, uint64_t bytes)
{
    struct block_cursor cursor = block_table_find(table, 0);
    const struct block *block;

    if (table->cells.bytes == bytes)
        return;
    block_cells_finish(&table->cells);
    table->cells.bytes = bytes;
    table->cells.extents = memory_create(BLOCK_CELLS_MAX, sizeof table->cells.extents[0]);
    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor))
        block_cells_count(&table->cells, block, 1);
}

const struct block_extent *block_cells_get(const struct block_table *table, uint64_t low,
                                           uint64_t bytes)
{
    const struct block_cells *cells = &table->cells;

    if (cells->bytes != bytes || low % bytes > 0 || low >= block_table_end(table))
        return NULL;
    return &cells->extents[low / bytes];
}
