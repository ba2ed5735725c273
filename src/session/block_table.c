/* block_table.c: see block_table.h. */
#include "session/block_table.h"

#include <stdlib.h>

#include "base/memory.h"
#include "session/block_cells.h"
#include "session/block_chunks.h"
#include "session/block_pack.h"

const char *block_kind_word(const struct block *block)
{
    static const char *const words[BLOCK_KINDS] = {
        [HG_KIND_FREE] = "free",
        [HG_KIND_USED] = "used",
        [HG_KIND_BOOKKEEPING] = "bookkeeping",
        [HG_KIND_UNREADABLE] = "unreadable",
        [HG_KIND_UNTOLD] = "untold",
    };

    return words[block->kind];
}
void block_table_finish(struct block_table *table)
{
    block_slabs_finish(table->slabs);
    block_pack_drop(table->pack);
    free(table->index);
    block_cells_finish(&table->cells);
    *table = (struct block_table){0};
}

/* How many chunks have been made. */
static size_t count_made(const struct block_table *table)
{
    size_t made = 0;

    for (size_t i = 0; i < table->chunks; i++)
        made += table->index[i].chunk != NULL;
    return made;
}

void block_table_copy(struct block_table *table, const struct block_table *other)
{
    block_table_finish(table);
    *table = *other;
    table->capacity = 0;
    table->cells = (struct block_cells){0};
    table->index = memory_reserve(NULL, &table->capacity, other->chunks, sizeof table->index[0]);
    table->slabs = NULL;
    table->pack = block_pack_share(other->pack);
    block_slabs_reserve(block_slabs_of(table), count_made(other));
    for (size_t i = 0; i < other->chunks; i++) {
        table->index[i] = other->index[i];
        if (!other->index[i].chunk)
            continue;
        table->index[i].chunk = block_slabs_take(table->slabs);
        *table->index[i].chunk = *other->index[i].chunk;
    }
}

/* ---- Places ---- */

uint64_t block_table_end(const struct block_table *table)
{
    const struct block_chunk *last;

    if (table->chunks == 0)
        return 0;
    last = block_chunk_of(table, table->chunks - 1);
    return last->blocks[last->count - 1].at + last->blocks[last->count - 1].size;
}

/* The index of the last element, of `count` of `size` bytes that start with a rising offset, whose
 * offset is at most `at`; 0 if there is none. */
static size_t last_not_above(const void *elements, size_t count, size_t size, uint64_t at)
{
    size_t low = 0, high = count;

    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        const void *element = (const char *)elements + middle * size;

        if (*(const uint64_t *)element <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

struct block_cursor block_table_find(const struct block_table *table, uint64_t at)
{
    struct block_cursor cursor = {.table = table, .chunk = table->chunks};
    const struct block_chunk *chunk;

    if (at >= block_table_end(table))
        return cursor;
    cursor.chunk = last_not_above(table->index, table->chunks, sizeof table->index[0], at);
    chunk = block_chunk_of(table, cursor.chunk);
    cursor.item = last_not_above(chunk->blocks, chunk->count, sizeof chunk->blocks[0], at);
    return cursor;
}

void block_cursor_previous(struct block_cursor *cursor)
{
    if (cursor->item > 0) {
        cursor->item--;
    } else if (cursor->chunk > 0) {
        cursor->chunk--;
        cursor->item = cursor->table->index[cursor->chunk].count - 1;
    } else {
        cursor->chunk = cursor->table->chunks;
    }
}

struct block_cursor block_table_nth(const struct block_table *table, size_t number)
{
    struct block_cursor cursor = {.table = table};

    while (cursor.chunk < table->chunks && number >= table->index[cursor.chunk].count)
        number -= table->index[cursor.chunk++].count;
    cursor.item = cursor.chunk < table->chunks ? number : 0;
    return cursor;
}

size_t block_table_count(const struct block_table *table)
{
    size_t count = 0;

    for (size_t kind = 0; kind < BLOCK_KINDS; kind++)
        count += table->sums.count[kind];
    return count;
}

const struct block *block_table_get(const struct block_table *table, uint64_t at)
{
    struct block_cursor cursor = block_table_find(table, at);

    return block_cursor_get(&cursor);
}

uint64_t block_table_largest_free(const struct block_table *table)
{
    return table->largest_free;
}

/* ---- Extents ---- */

static uint64_t chunk_end(const struct block_table *table, size_t chunk)
{
    return chunk + 1 < table->chunks ? table->index[chunk + 1].start : block_table_end(table);
}

static void extent_add_bytes(struct block_extent *extent, const uint64_t bytes[BLOCK_KINDS])
{
    for (size_t kind = 0; kind < BLOCK_KINDS; kind++)
        extent->bytes[kind] += bytes[kind];
}

static inline bool ends_by(const struct block_chunk *chunk, size_t item, uint64_t high)
{
    return item < chunk->count && chunk->blocks[item].at + chunk->blocks[item].size <= high;
}

static inline void extent_add_block(struct block_extent *extent, const struct block *block)
{
    extent->bytes[block->kind] += block->size;
}

/* Add the blocks of the cursor's chunk, from the one under it on, that end at `high` or below, and
 * go on to what follows them: part by part where all of a part does. */
static void extent_add_blocks(struct block_extent *extent, struct block_cursor *cursor,
                              uint64_t high)
{
    const struct block_chunk *chunk = block_chunk_of(cursor->table, cursor->chunk);
    size_t item = cursor->item;

    for (; item % BLOCK_PART_MAX > 0 && ends_by(chunk, item, high); item++)
        extent_add_block(extent, &chunk->blocks[item]);
    for (; ends_by(chunk, item + BLOCK_PART_MAX - 1, high); item += BLOCK_PART_MAX)
        extent_add_bytes(extent, chunk->part_bytes[item / BLOCK_PART_MAX]);
    for (; ends_by(chunk, item, high); item++)
        extent_add_block(extent, &chunk->blocks[item]);
    extent->blocks += item - cursor->item;
    cursor->chunk += item == chunk->count;
    cursor->item = item == chunk->count ? 0 : item;
}

/* Add the chunk whose first block is under the cursor, and go on to what follows it. */
static void extent_add_chunk(struct block_extent *extent, struct block_cursor *cursor)
{
    const struct block_index *entry = &cursor->table->index[cursor->chunk++];

    extent_add_bytes(extent, entry->sums.bytes);
    extent->blocks += entry->count;
}

/* The block under the cursor, which may lack what was asked for. */
static const struct block *raw_block(const struct block_cursor *cursor)
{
    return cursor->chunk < cursor->table->chunks
               ? &block_chunk_of(cursor->table, cursor->chunk)->blocks[cursor->item]
               : NULL;
}

/* Whether the cursor is at the beginning of a chunk that ends at `high` or below. */
static bool is_inside(const struct block_cursor *cursor, uint64_t high)
{
    return cursor->chunk < cursor->table->chunks && cursor->item == 0 &&
           chunk_end(cursor->table, cursor->chunk) <= high;
}

struct block_extent block_cursor_sum(struct block_cursor *cursor, uint64_t low, uint64_t high)
{
    struct block_extent extent = {0};
    const struct block *block = raw_block(cursor);

    if (block && block->at < low) /* it is going to be added whole, or up to `high` */
        extent.bytes[block->kind] -= low - block->at;
    while (block && block->at + block->size <= high) {
        while (is_inside(cursor, high))
            extent_add_chunk(&extent, cursor);
        block = raw_block(cursor);
        if (block && block->at + block->size <= high)
            extent_add_blocks(&extent, cursor, high);
        block = raw_block(cursor);
    }
    if (block && block->at < high) {
        extent.bytes[block->kind] += high - block->at;
        extent.blocks++;
    }
    return extent;
}
