/* block_table.h: the blocks of a heap in address order, with sums, for heaps of a million blocks.
 *
 * Blocks lie in chunks of at most BLOCK_CHUNK_MAX; an index entry for each chunk keeps where it
 * starts, its largest free block, and the sums over its blocks. A step's splice touches a
 * chunk or two, and a map of any width is drawn from the chunks' sums; what a step costs besides is
 * one look at each index entry, some ten thousand in a heap of a million blocks.
 *
 * The chunks of a table that was made of a pack (block_pack.h) are made when somebody looks at
 * them; what was asked for of their blocks is found out when somebody looks at one of these.
 *
 * What always holds: the blocks tile [0, block_table_end); no chunk is empty; every sum is that of
 * the blocks, but that in the sums of a chunk that lacks what was asked for nothing was. */
#ifndef SESSION_BLOCK_TABLE_H
#define SESSION_BLOCK_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heapglass/heap.h"
#include "kind/description.h"

enum { BLOCK_CHUNK_MAX = 128, BLOCK_KINDS = HG_KIND_UNTOLD + 1, BLOCK_POWERS = 64 };

/* What the front knows of a block: what the heap process read from memory, and, for a used block,
 * how many of its bytes were asked for. */
struct block {
    uint64_t at, size;
    uint64_t requested; /* of a used block; else 0 */
    uint32_t list;      /* of a free block: the list that holds it; else HG_NO_LIST */
    uint16_t header, footer;
    uint8_t kind; /* enum hg_kind */
};

struct block_sums {
    uint64_t bytes[BLOCK_KINDS];
    uint64_t count[BLOCK_KINDS];
    uint64_t requested;
    uint64_t padding;
    uint64_t tags; /* headers and footers */
};

/* A chunk is summed up in parts, so that a map's cell that ends inside it looks at few blocks. */
enum { BLOCK_PART_MAX = 8 };

struct block_chunk {
    size_t count;
    bool lacks_requests; /* what was asked for is not known yet: see block_table_complete */
    struct block_chunk *next_vacant; /* of one that is in no index */
    uint64_t part_bytes[BLOCK_CHUNK_MAX / BLOCK_PART_MAX][BLOCK_KINDS];
    struct block blocks[BLOCK_CHUNK_MAX];
};

struct block_index {
    uint64_t start;        /* offset of the chunk's first block */
    uint64_t largest_free; /* bytes; 0 if it has none */
    size_t count;          /* of its blocks */
    struct block_sums sums;
    struct block_chunk *chunk; /* NULL until somebody looks at it: */
    size_t packed;             /* it is to be made of the pack's blocks from this number on */
};

struct block_pack;

/* How many bytes of a range belong to blocks of each kind, and how many blocks lie there in
 * whole or in part. */
struct block_extent {
    uint64_t bytes[BLOCK_KINDS];
    uint64_t blocks;
};

/* Chunks are made many at a time: a large heap's come and go with a few calls for memory, and lie
 * one behind the other. */
struct block_slabs {
    struct block_chunk **items;
    size_t count, capacity;
    struct block_chunk *vacant; /* the first of those that are in no index */
    size_t vacant_count;
};

/* Of a map: see block_cells.h. */
struct block_cells {
    uint64_t bytes;               /* of a cell; 0: none are kept */
    struct block_extent *extents; /* of each */
};

struct block_table {
    struct block_index *index;
    size_t chunks, capacity;
    struct block_sums sums; /* of all blocks */
    /* how many have from 2^power to 2^(power + 1) - 1 bytes */
    size_t count_by_size[BLOCK_KINDS][BLOCK_POWERS];
    size_t free_by_list[DESCRIPTION_LISTS_MAX]; /* free blocks that a list holds */
    uint64_t largest_free;                      /* no free block is larger, */
    bool has_largest;                           /* and one is as large, or there is none */
    struct block_cells cells;
    struct block_slabs *slabs; /* that all chunks lie on; NULL where there are none */
    struct block_pack *pack;   /* that chunks are made of; NULL where all are made */
};

/* A table that is all zero is empty. */
void block_table_finish(struct block_table *table);

/* Make `table` what `other` is, but for the cells.
 *   cost  O(blocks) */
void block_table_copy(struct block_table *table, const struct block_table *other);

/* Let `table`, which is empty, be of the blocks of a pack, which it takes over. Then, as blocks are
 * added to that, have those that are there by now; the last few wait until those are all. How much
 * was asked for of them has to be said at the end. */
void block_table_take(struct block_table *table, struct block_pack *pack);
void block_table_take_more(struct block_table *table, bool is_all);

/* Say how many bytes were asked for of all blocks of a table that took a pack. */
void block_table_set_requested(struct block_table *table, uint64_t requested);

/* The offset where the last block ends; 0 for an empty table. */
uint64_t block_table_end(const struct block_table *table);

/* Replace all blocks in [low, high) by `blocks`.
 *   high     any offset beyond the end stands for the end, wherever the new blocks end
 *   returns  false, with nothing changed, unless low and high are where blocks start or the table
 *            ends, and the new blocks tile what they replace
 *   cost     O(count + blocks replaced + BLOCK_CHUNK_MAX), and O(chunks) where chunks come or go,
 *            or the largest free block goes and no larger one comes */
bool block_table_splice(struct block_table *table, uint64_t low, uint64_t high,
                        const struct block *blocks, size_t count);

/* Bytes of the largest free block; 0 if there is none. */
uint64_t block_table_largest_free(const struct block_table *table);

/* A place in the table. */
struct block_cursor {
    const struct block_table *table;
    size_t chunk, item;
};

/* The place of the block that covers the offset `at`; beyond the end, of no block. */
struct block_cursor block_table_find(const struct block_table *table, uint64_t at);

/* Make a chunk, if it is not made yet, and find out what was asked for of its blocks. */
struct block_chunk *block_table_complete(const struct block_table *table, size_t chunk);

/* The block at the cursor; NULL beyond either end. */
static inline const struct block *block_cursor_get(const struct block_cursor *cursor)
{
    const struct block_chunk *chunk;

    if (cursor->chunk >= cursor->table->chunks)
        return NULL;
    chunk = cursor->table->index[cursor->chunk].chunk;
    if (!chunk || chunk->lacks_requests)
        chunk = block_table_complete(cursor->table, cursor->chunk);
    return &chunk->blocks[cursor->item];
}

/* Go on to the right or the left neighbour. Going left of the first block is going beyond. */
static inline void block_cursor_next(struct block_cursor *cursor)
{
    if (cursor->chunk >= cursor->table->chunks)
        return;
    if (++cursor->item == cursor->table->index[cursor->chunk].count) {
        cursor->chunk++;
        cursor->item = 0;
    }
}

void block_cursor_previous(struct block_cursor *cursor);

/* The place of the block number `number`, from 0, in address order.
 *   cost     O(chunks) */
struct block_cursor block_table_nth(const struct block_table *table, size_t number);

/* How many blocks there are, of all kinds. */
size_t block_table_count(const struct block_table *table);

/* The block that covers the offset `at`; NULL beyond the end. */
const struct block *block_table_get(const struct block_table *table, uint64_t at);

/* Sum up [low, high), beginning at the block under the cursor, which covers low; then the cursor
 * is at the block that covers high.
 *   cost     O(chunks inside + BLOCK_CHUNK_MAX) */
struct block_extent block_cursor_sum(struct block_cursor *cursor, uint64_t low, uint64_t high);

/* "free", "used", "bookkeeping", "unreadable" or "untold". */
const char *block_kind_word(const struct block *block);

/* Bytes of `block`, a used one, beyond what was asked for. */
static inline uint64_t block_padding(const struct block *block)
{
    return block->kind == HG_KIND_USED
               ? block->size - block->header - block->footer - block->requested
               : 0;
}

#endif
