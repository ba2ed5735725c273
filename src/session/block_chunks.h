/* block_chunks.h: what the index of a block table leads to: chunks, which lie in slabs, and what
 * they sum up to. For block_table.c and block_splice.c alone; all others see block_table.h. */
#ifndef SESSION_BLOCK_CHUNKS_H
#define SESSION_BLOCK_CHUNKS_H

#include "session/block_table.h"

/* How full a chunk is made when many are made at once: with room for splits to come. */
enum { BLOCK_CHUNK_FILL = BLOCK_CHUNK_MAX * 3 / 4 };

/* ---- Slabs ---- */

/* The slabs of a table, which are made if there are none. */
struct block_slabs *block_slabs_of(struct block_table *table);

/* Give them back, and all chunks in them. NULL does nothing. */
void block_slabs_finish(struct block_slabs *slabs);

/* Let there be so many chunks that are in no index. Those there are at first are few: most heaps
 * are small. Then take one of them for the index, and give one back that left it. */
void block_slabs_reserve(struct block_slabs *slabs, size_t count);
struct block_chunk *block_slabs_take(struct block_slabs *slabs);
void block_slabs_leave(struct block_slabs *slabs, struct block_chunk *chunk);

/* ---- Sums ---- */

void block_sums_add(struct block_sums *sums, const struct block_sums *more);
void block_sums_subtract(struct block_sums *sums, const struct block_sums *less);

/* Make the sums of a chunk and its index entry those of its blocks. */
void block_index_sum_up(struct block_index *entry);

/* ---- The largest free block ---- */

/* A free block comes, or goes. */
static inline void block_largest_note(struct block_table *table, uint64_t size, int sign)
{
    if (sign < 0) {
        table->has_largest = table->has_largest && size != table->largest_free;
    } else if (size >= table->largest_free) {
        table->largest_free = size;
        table->has_largest = true;
    }
}

/* Look for it, if it went; the index is as it should be.
 *   cost  O(chunks); those behind it, where it is the only one of about its size */
void block_largest_find(struct block_table *table);

/* ---- Chunks of a pack ---- */

/* Make a chunk of what the pack has, which lacks what was asked for. That changes nothing of what
 * the table says. */
struct block_chunk *block_chunk_make(const struct block_table *table, size_t number);

/* A chunk, which may lack what was asked for. */
static inline struct block_chunk *block_chunk_of(const struct block_table *table, size_t number)
{
    struct block_chunk *chunk = table->index[number].chunk;

    return chunk ? chunk : block_chunk_make(table, number);
}

#endif
