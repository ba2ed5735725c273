/* block_chunks.c: see block_chunks.h. */
#include "session/block_chunks.h"

#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/memory.h"
#include "session/block_pack.h"

/* ---- Slabs ---- */

void block_slabs_reserve(struct block_slabs *slabs, size_t count)
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

struct block_chunk *block_slabs_take(struct block_slabs *slabs)
{
    struct block_chunk *chunk;

    block_slabs_reserve(slabs, 1);
    chunk = slabs->vacant;
    slabs->vacant = chunk->next_vacant;
    slabs->vacant_count--;
    return chunk;
}

void block_slabs_leave(struct block_slabs *slabs, struct block_chunk *chunk)
{
    chunk->next_vacant = slabs->vacant;
    slabs->vacant = chunk;
    slabs->vacant_count++;
}

void block_slabs_finish(struct block_slabs *slabs)
{
    for (size_t i = 0; slabs && i < slabs->count; i++)
        free(slabs->items[i]);
    if (slabs)
        free(slabs->items);
    free(slabs);
}

struct block_slabs *block_slabs_of(struct block_table *table)
{
    if (!table->slabs)
        table->slabs = memory_create(1, sizeof *table->slabs);
    return table->slabs;
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

void block_sums_add(struct block_sums *sums, const struct block_sums *more)
{
    for (size_t kind = 0; kind < BLOCK_KINDS; kind++) {
        sums->bytes[kind] += more->bytes[kind];
        sums->count[kind] += more->count[kind];
    }
    sums->requested += more->requested;
    sums->padding += more->padding;
    sums->tags += more->tags;
}

void block_sums_subtract(struct block_sums *sums, const struct block_sums *less)
{
    for (size_t kind = 0; kind < BLOCK_KINDS; kind++) {
        sums->bytes[kind] -= less->bytes[kind];
        sums->count[kind] -= less->count[kind];
    }
    sums->requested -= less->requested;
    sums->padding -= less->padding;
    sums->tags -= less->tags;
}

void block_index_sum_up(struct block_index *entry)
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

/* ---- The largest free block ---- */

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

/* It is mostly the last one, at the break: that is where the search begins. */
void block_largest_find(struct block_table *table)
{
    uint64_t largest = 0;
    unsigned power;
    size_t count;

    if (table->has_largest)
        return;
    count = count_of_largest(table, &power);
    for (size_t i = table->chunks; count > 0 && i-- > 0;) {
        if (table->index[i].largest_free > largest)
            largest = table->index[i].largest_free;
        if (count == 1 && largest >> power != 0)
            break;
    }
    table->largest_free = largest;
    table->has_largest = true;
}

/* ---- Chunks of a pack ---- */

struct block_chunk *block_chunk_make(const struct block_table *table, size_t number)
{
    struct block_index *entry = &table->index[number];

    entry->chunk = block_slabs_take(table->slabs);
    entry->chunk->count = entry->count;
    block_pack_make(table->pack, entry->packed, entry->count, entry->start, entry->chunk->blocks);
    block_index_sum_up(entry);
    entry->chunk->lacks_requests = true;
    return entry->chunk;
}

struct block_chunk *block_table_complete(const struct block_table *table, size_t number)
{
    struct block_chunk *chunk = block_chunk_of(table, number);

    if (chunk->lacks_requests) {
        block_pack_complete(table->pack, chunk->blocks, chunk->count);
        block_index_sum_up(&table->index[number]);
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
        block_largest_note(table, size, 1);
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

void block_table_take(struct block_table *table, struct block_pack *pack)
{
    table->pack = pack;
    block_slabs_of(table);
}

void block_table_take_more(struct block_table *table, bool is_all)
{
    size_t packed = table->chunks * BLOCK_CHUNK_FILL, left = table->pack->count - packed;
    size_t chunks = table->chunks + (left + (is_all ? BLOCK_CHUNK_FILL - 1 : 0)) / BLOCK_CHUNK_FILL;

    table->index = memory_reserve(table->index, &table->capacity, chunks, sizeof table->index[0]);
    for (; table->chunks < chunks; left -= BLOCK_CHUNK_FILL, packed += BLOCK_CHUNK_FILL) {
        struct block_index *entry = &table->index[table->chunks++];

        *entry = (struct block_index){.start = bytes_of(&table->sums), .packed = packed};
        entry->count = left < BLOCK_CHUNK_FILL ? left : BLOCK_CHUNK_FILL;
        sum_up_packed(table, entry);
        block_sums_add(&table->sums, &entry->sums);
    }
}

void block_table_set_requested(struct block_table *table, uint64_t requested)
{
    table->sums.padding += table->sums.requested - requested;
    table->sums.requested = requested;
}
