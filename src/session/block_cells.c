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

static bool is_same_place(struct block_cursor a, struct block_cursor b)
{
    return a.chunk == b.chunk && a.item == b.item;
}

/* Count what is in a cell; one that a block goes through is the block's alone. */
static void count_cell(struct block_table *table, uint64_t cell)
{
    uint64_t low = cell * table->cells.bytes, high = low + table->cells.bytes;
    struct block_cursor cursor = block_table_find(table, low);

    if (low > 0 && is_same_place(cursor, block_table_find(table, low - 1)) &&
        is_same_place(cursor, block_table_find(table, high)))
        return;
    table->cells.extents[cell] = block_cursor_sum(&cursor, low, high);
}

void block_cells_keep(struct block_table *table, uint64_t bytes)
{
    uint64_t end = block_table_end(table);

    if (table->cells.bytes == bytes)
        return;
    block_cells_finish(&table->cells);
    if (end > BLOCK_CELLS_MAX * bytes)
        return;
    table->cells.bytes = bytes;
    table->cells.extents = memory_create(BLOCK_CELLS_MAX, sizeof table->cells.extents[0]);
    for (uint64_t cell = 0; cell * bytes < end; cell++)
        count_cell(table, cell);
}

const struct block_extent *block_cells_get(const struct block_table *table, uint64_t low,
                                           uint64_t bytes)
{
    const struct block_cells *cells = &table->cells;

    if (cells->bytes != bytes || low % bytes > 0 || low >= block_table_end(table))
        return NULL;
    return &cells->extents[low / bytes];
}
