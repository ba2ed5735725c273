/* block_table.c: see block_table.h. */
#include "session/block_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/memory.h"
#include "session/block_cells.h"
#include "session/block_pack.h"

/* How full a chunk is made when many are made at once: with room for splits to come. */
enum { CHUNK_FILL = BLOCK_CHUNK_MAX * 3 / 4 };

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

/* ---- Chunks ---- */

/* Let there be so many that are in no index. Those there are at first are few: most heaps are
 * small. */
static void slabs_reserve(struct block_slabs *slabs, size_t count)
{
    enum { MOST = 64 };
    size_t more = slabs->count < MOST ? slabs->count : MOST;
    struct block_chunk *slab;

    if (count <= slabs->vacant_count)
        return;
    if (more < count - slabs->vacant_count)
        more = count - slabs->vacant_count;
    slab = memory_create(more, sizeof slab[0]);
    for (size_t i = more; i-- > 0;) {
        slab[i].next_vacant = slabs->vacant;
        slabs->vacant = &slab[i];
    }
    slabs->vacant_count += more;
    slabs->items =
        memory_reserve(slabs->items, &slabs->capacity, slabs->count + 1, sizeof slabs->items[0]);
    slabs->items[slabs->count++] = slab;
}

static struct block_chunk *slabs_take(struct block_slabs *slabs)
{
    struct block_chunk *chunk;

    slabs_reserve(slabs, 1);
    chunk = slabs->vacant;
    slabs->vacant = chunk->next_vacant;
    slabs->vacant_count--;
    return chunk;
}

static void slabs_leave(struct block_slabs *slabs, struct block_chunk *chunk)
{
    chunk->next_vacant = slabs->vacant;
    slabs->vacant = chunk;
    slabs->vacant_count++;
}

static void slabs_finish(struct block_slabs *slabs)
{
    for (size_t i = 0; slabs && i < slabs->count; i++)
        free(slabs->items[i]);
    if (slabs)
        free(slabs->items);
    free(slabs);
}

/* The slabs of a table, which are made if there are none. */
static struct block_slabs *slabs_of(struct block_table *table)
{
    if (!table->slabs)
        table->slabs = memory_create(1, sizeof *table->slabs);
    return table->slabs;
}

void block_table_finish(struct block_table *table)
{
    slabs_finish(table->slabs);
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
    slabs_reserve(slabs_of(table), count_made(other));
    for (size_t i = 0; i < other->chunks; i++) {
        table->index[i] = other->index[i];
        if (!other->index[i].chunk)
            continue;
        table->index[i].chunk = slabs_take(table->slabs);
        *table->index[i].chunk = *other->index[i].chunk;
    }
}

/* ---- Sums ---- */

static void sums_add_block(struct block_sums *sums, const struct block *block)
{
    sums->bytes[block->kind] += block->size;
    sums->count[block->kind]++;
    sums->tags += (uint64_t)block->header + block->footer;
    if (block->kind == HG_KIND_USED) {
        sums->requested += block->requested;
        sums->padding += block_padding(block);
    }
}

static void sums_add(struct block_sums *sums, const struct block_sums *more)
{
    for (size_t kind = 0; kind < BLOCK_KINDS; kind++) {
        sums->bytes[kind] += more->bytes[kind];
        sums->count[kind] += more->count[kind];
    }
    sums->requested += more->requested;
    sums->padding += more->padding;
    sums->tags += more->tags;
}

static void sums_subtract(struct block_sums *sums, const struct block_sums *less)
{
    for (size_t kind = 0; kind < BLOCK_KINDS; kind++) {
        sums->bytes[kind] -= less->bytes[kind];
        sums->count[kind] -= less->count[kind];
    }
    sums->requested -= less->requested;
    sums->padding -= less->padding;
    sums->tags -= less->tags;
}

/* How many blocks have been summed up, of all kinds. */
static size_t sums_count(const struct block_sums *sums)
{
    size_t count = 0;

    for (size_t kind = 0; kind < BLOCK_KINDS; kind++)
        count += sums->count[kind];
    return count;
}

/* Make the sums of a chunk and its index entry those of its blocks. */
static void sum_up(struct block_index *entry)
{
    struct block_chunk *chunk = entry->chunk;

    entry->sums = (struct block_sums){0};
    entry->count = chunk->count;
    entry->start = chunk->blocks[0].at;
    entry->largest_free = 0;
    memset(chunk->part_bytes, 0, sizeof chunk->part_bytes);
    for (size_t i = 0; i < chunk->count; i++) {
        const struct block *block = &chunk->blocks[i];

        sums_add_block(&entry->sums, block);
        chunk->part_bytes[i / BLOCK_PART_MAX][block->kind] += block->size;
        if (block->kind == HG_KIND_FREE && block->size > entry->largest_free)
            entry->largest_free = block->size;
    }
}

/* ---- Chunks of a pack ---- */

/* A chunk, which may lack what was asked for. To make it changes nothing of what the table says. */
static struct block_chunk *chunk_of(const struct block_table *table, size_t number)
{
    struct block_index *entry = &table->index[number];

    if (entry->chunk)
        return entry->chunk;
    entry->chunk = slabs_take(table->slabs);
    entry->chunk->count = entry->count;
    block_pack_make(table->pack, entry->packed, entry->count, entry->start, entry->chunk->blocks);
    sum_up(entry);
    entry->chunk->lacks_requests = true;
    return entry->chunk;
}

struct block_chunk *block_table_complete(const struct block_table *table, size_t number)
{
    struct block_chunk *chunk = chunk_of(table, number);

    if (chunk->lacks_requests) {
        block_pack_complete(table->pack, chunk->blocks, chunk->count);
        sum_up(&table->index[number]);
        chunk->lacks_requests = false;
    }
    return chunk;
}

/* Make the sums of an index entry those of its blocks in the pack, as if nothing of them had been
 * asked for; and count these. */
static void sum_up_packed(struct block_table *table, struct block_index *entry)
{
    const struct packed_block *blocks = table->pack->blocks + entry->packed;
    struct block_sums *sums = &entry->sums;

    for (size_t i = 0; i < entry->count; i++) {
        unsigned kind = blocks[i].kind;
        uint64_t size = blocks[i].size;

        sums->bytes[kind] += size;
        sums->count[kind]++;
        sums->tags += (uint64_t)blocks[i].header + blocks[i].footer;
        table->count_by_size[kind][bits_floor_log2(size)]++;
        if (kind == HG_KIND_USED)
            sums->padding += size - blocks[i].header - blocks[i].footer;
        if (kind != HG_KIND_FREE)
            continue;
        if (size > entry->largest_free)
            entry->largest_free = size;
        if (blocks[i].list < DESCRIPTION_LISTS_MAX)
            table->free_by_list[blocks[i].list]++;
    }
}

static uint64_t bytes_of(const struct block_sums *sums)
{
    uint64_t bytes = 0;

    for (size_t kind = 0; kind < BLOCK_KINDS; kind++)
        bytes += sums->bytes[kind];
    return bytes;
}

void block_table_take(struct block_table *table, struct block_pack *pack, uint64_t requested)
{
    size_t chunks = (pack->count + CHUNK_FILL - 1) / CHUNK_FILL;
    uint64_t start = 0;

    table->pack = pack;
    slabs_of(table);
    table->index = memory_reserve(NULL, &table->capacity, chunks, sizeof table->index[0]);
    for (size_t i = 0; i < chunks; i++) {
        struct block_index *entry = &table->index[i];

        *entry = (struct block_index){.start = start, .packed = i * CHUNK_FILL};
        entry->count =
            pack->count - entry->packed < CHUNK_FILL ? pack->count - entry->packed : CHUNK_FILL;
        sum_up_packed(table, entry);
        sums_add(&table->sums, &entry->sums);
        start += bytes_of(&entry->sums);
    }
    table->chunks = chunks;
    block_table_set_requested(table, requested);
}

void block_table_set_requested(struct block_table *table, uint64_t requested)
{
    table->sums.padding += table->sums.requested - requested;
    table->sums.requested = requested;
}

/* ---- Places ---- */

uint64_t block_table_end(const struct block_table *table)
{
    const struct block_chunk *last;

    if (table->chunks == 0)
        return 0;
    last = chunk_of(table, table->chunks - 1);
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
    chunk = chunk_of(table, cursor.chunk);
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
    return sums_count(&table->sums);
}

const struct block *block_table_get(const struct block_table *table, uint64_t at)
{
    struct block_cursor cursor = block_table_find(table, at);

    return block_cursor_get(&cursor);
}

/* How many free blocks have as many bytes as the largest has, up to a power of two. */
static size_t count_of_largest(const struct block_table *table, unsigned *ret_power)
{
    const size_t *counts = table->count_by_size[HG_KIND_FREE];

    unsigned power = BLOCK_POWERS - 1;

    while (power > 0 && counts[power] == 0)
        power--;
    *ret_power = power;
    return counts[power];
}

/* The largest is mostly the last one, at the break: that is where the search begins. */
uint64_t block_table_largest_free(const struct block_table *table)
{
    unsigned power;
    size_t count = count_of_largest(table, &power);
    uint64_t largest = 0;

    for (size_t i = table->chunks; count > 0 && i-- > 0;) {
        if (table->index[i].largest_free > largest)
            largest = table->index[i].largest_free;
        if (count == 1 && largest >> power != 0)
            break;
    }
    return largest;
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
    const struct block_chunk *chunk = chunk_of(cursor->table, cursor->chunk);
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
               ? &chunk_of(cursor->table, cursor->chunk)->blocks[cursor->item]
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

/* ---- Splicing ---- */

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

    sums_subtract(&table->sums, &entry->sums);
    memmove(&chunk->blocks[cut->from + count], &chunk->blocks[cut->to],
            (chunk->count - cut->to) * sizeof blocks[0]);
    memory_copy(&chunk->blocks[cut->from], blocks, count * sizeof blocks[0]);
    chunk->count = chunk->count - cut->to + cut->from + count;
    sum_up(entry);
    sums_add(&table->sums, &entry->sums);
}

/* Make `made` places in the index at `first`, instead of the chunks [first, until), which go. */
static void make_room(struct block_table *table, size_t first, size_t until, size_t made)
{
    size_t chunks = table->chunks - (until - first) + made;

    for (size_t i = first; i < until; i++) {
        sums_subtract(&table->sums, &table->index[i].sums);
        if (table->index[i].chunk)
            slabs_leave(table->slabs, table->index[i].chunk);
    }
    table->index = memory_reserve(table->index, &table->capacity, chunks, sizeof table->index[0]);
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
    size_t made = (total + CHUNK_FILL - 1) / CHUNK_FILL;
    struct block *joined = cut->from + after > 0 ? join(table, cut, blocks, count, after) : NULL;
    const struct block *all = joined ? joined : blocks;

    make_room(table, cut->first, until, made);
    slabs_reserve(slabs_of(table), made);
    for (size_t i = 0; i < made; i++) {
        struct block_index *entry = &table->index[cut->first + i];

        entry->chunk = slabs_take(table->slabs);
        entry->chunk->lacks_requests = false;
        entry->chunk->count = (total - done) / (made - i);
        memory_copy(entry->chunk->blocks, all + done, entry->chunk->count * sizeof *all);
        done += entry->chunk->count;
        sum_up(entry);
        sums_add(&table->sums, &entry->sums);
    }
    free(joined);
}

/* Count a block, or no more. */
static void count_block(struct block_table *table, const struct block *block, int sign)
{
    table->count_by_size[block->kind][bits_floor_log2(block->size)] += (size_t)sign;
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
    return true;
}
