/* block_splice.c: blocks of a block table that others take the place of. See block_table.h. */
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/memory.h"
#include "session/block_cells.h"
#include "session/block_chunks.h"

/* What a splice replaces: items from `from` in the chunk `first` up to `to` in the chunk `last`. */
struct cut {
    size_t first, from;
    size_t last, to;
};

/* Find where the block that starts at `at` lies; the table's end counts as behind its last
 * block. */
static bool find_boundary(const struct block_table *table, uint64_t at, size_t *ret_chunk,
                          size_t *ret_item)
{
    struct block_cursor cursor;

    if (at == block_table_end(table)) {
        *ret_chunk = table->chunks ? table->chunks - 1 : 0;
        *ret_item = table->chunks ? block_table_complete(table, *ret_chunk)->count : 0;
        return true;
    }
    cursor = block_table_find(table, at);
    *ret_chunk = cursor.chunk;
    *ret_item = cursor.item;
    return block_cursor_get(&cursor) && block_cursor_get(&cursor)->at == at;
}

static bool tiles(const struct block *blocks, size_t count, uint64_t low, uint64_t high)
{
    for (size_t i = 0; i < count; i++) {
        if (blocks[i].at != low || blocks[i].size == 0 || blocks[i].kind >= BLOCK_KINDS)
            return false;
        low += blocks[i].size;
    }
    return low == high;
}

static uint64_t end_of(const struct block *blocks, size_t count, uint64_t otherwise)
{
    return count ? blocks[count - 1].at + blocks[count - 1].size : otherwise;
}

/* Replace items [from, to) of one chunk; the result is not empty and fits. */
static void splice_chunk(struct block_table *table, const struct cut *cut,
                         const struct block *blocks, size_t count)
{
    struct block_index *entry = &table->index[cut->first];
    struct block_chunk *chunk = entry->chunk;

    block_sums_subtract(&table->sums, &entry->sums);
    memmove(&chunk->blocks[cut->from + count], &chunk->blocks[cut->to],
            (chunk->count - cut->to) * sizeof blocks[0]);
    memory_copy(&chunk->blocks[cut->from], blocks, count * sizeof blocks[0]);
    chunk->count = chunk->count - cut->to + cut->from + count;
    block_index_sum_up(entry);
    block_sums_add(&table->sums, &entry->sums);
}

/* Make `made` places in the index at `first`, instead of the chunks [first, until), which go. */
static void make_room(struct block_table *table, size_t first, size_t until, size_t made)
{
    size_t chunks = table->chunks - (until - first) + made;

    for (size_t i = first; i < until; i++) {
        block_sums_subtract(&table->sums, &table->index[i].sums);
        if (table->index[i].chunk)
            block_slabs_leave(table->slabs, table->index[i].chunk);
    }
    table->index = memory_reserve(table->index, &table->capacity, chunks, sizeof table->index[0]);
    if (until < table->chunks)
        memmove(&table->index[first + made], &table->index[until],
                (table->chunks - until) * sizeof table->index[0]);
    table->chunks = chunks;
}

/* What stays of the chunks that the cut touches, with `count` blocks in between; to be freed.
 *   right  how many blocks stay behind these */
static struct block *join(const struct block_table *table, const struct cut *cut,
                          const struct block *blocks, size_t count, size_t right)
{
    struct block *all = memory_create(cut->from + count + right + 1, sizeof *all);

    if (cut->from > 0)
        memory_copy(all, table->index[cut->first].chunk->blocks, cut->from * sizeof *all);
    if (right > 0)
        memory_copy(all + cut->from + count, &table->index[cut->last].chunk->blocks[cut->to],
                    right * sizeof *all);
    memory_copy(all + cut->from, blocks, count * sizeof *all);
    return all;
}

/* Replace the chunks that the cut touches by new ones made of what stays of them and `blocks`. */
static void rebuild_chunks(struct block_table *table, const struct cut *cut,
                           const struct block *blocks, size_t count)
{
    size_t until = table->chunks ? cut->last + 1 : 0;
    size_t after = until ? table->index[cut->last].count - cut->to : 0;
    size_t total = cut->from + count + after, done = 0;
    size_t made = (total + BLOCK_CHUNK_FILL - 1) / BLOCK_CHUNK_FILL;
    struct block *joined = cut->from + after > 0 ? join(table, cut, blocks, count, after) : NULL;
    const struct block *all = joined ? joined : blocks;

    make_room(table, cut->first, until, made);
    block_slabs_reserve(block_slabs_of(table), made);
    for (size_t i = 0; i < made; i++) {
        struct block_index *entry = &table->index[cut->first + i];

        entry->chunk = block_slabs_take(table->slabs);
        entry->chunk->lacks_requests = false;
        entry->chunk->count = (total - done) / (made - i);
        memory_copy(entry->chunk->blocks, all + done, entry->chunk->count * sizeof *all);
        done += entry->chunk->count;
        block_index_sum_up(entry);
        block_sums_add(&table->sums, &entry->sums);
    }
    free(joined);
}

/* Count a block, or no more. */
static void count_block(struct block_table *table, const struct block *block, int sign)
{
    table->count_by_size[block->kind][bits_floor_log2(block->size)] += (size_t)sign;
    if (block->kind == HG_KIND_FREE)
        block_largest_note(table, block->size, sign);
    if (block->kind == HG_KIND_FREE && block->list < DESCRIPTION_LISTS_MAX)
        table->free_by_list[block->list] += (size_t)sign;
    block_cells_count(&table->cells, block, sign);
}

/* Count the blocks in [low, high), which are going to be replaced, no more, and those that come. */
static void recount(struct block_table *table, uint64_t low, uint64_t high,
                    const struct block *blocks, size_t count)
{
    struct block_cursor cursor = block_table_find(table, low);
    const struct block *block;

    for (; (block = block_cursor_get(&cursor)) && block->at < high; block_cursor_next(&cursor))
        count_block(table, block, -1);
    for (size_t i = 0; i < count; i++)
        count_block(table, &blocks[i], 1);
}

bool block_table_splice(struct block_table *table, uint64_t low, uint64_t high,
                        const struct block *blocks, size_t count)
{
    uint64_t end = block_table_end(table);
    struct cut cut;
    size_t left;

    if (!tiles(blocks, count, low, high <= end ? high : end_of(blocks, count, low)))
        return false;
    if (low == 0 && high >= end && table->pack)
        block_table_finish(table); /* rather than make all that goes */
    if (high > block_table_end(table))
        high = block_table_end(table);
    if (!find_boundary(table, low, &cut.first, &cut.from) ||
        !find_boundary(table, high, &cut.last, &cut.to))
        return false;
    recount(table, low, high, blocks, count);
    if (cut.to == 0 && cut.last > cut.first) /* the end of the chunk before is the same place */
        cut.to = table->index[--cut.last].count;
    left = table->chunks ? table->index[cut.first].count : 0;
    if (table->chunks && cut.first == cut.last && left - (cut.to - cut.from) + count > 0 &&
        left - (cut.to - cut.from) + count <= BLOCK_CHUNK_MAX)
        splice_chunk(table, &cut, blocks, count);
    else
        rebuild_chunks(table, &cut, blocks, count);
    block_largest_find(table);
    return true;
}
