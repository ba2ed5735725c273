/* block_pack.c: see block_pack.h. */
#include "session/block_pack.h"

#include <stdlib.h>

#include "base/memory.h"

/* How many blocks there are likely to be: moving so many while they are added takes long. */
static size_t likely_count(const struct memento *memento)
{
    size_t live = memento->traced ? memento_live(memento) : 0;

    return live + live / 4 + 1;
}

void block_room_finish(struct block_room *room)
{
    free(room->blocks);
    *room = (struct block_room){0};
}

void block_pack_leave(struct block_pack *pack, struct block_room *room)
{
    if (!pack || pack->references > 1 || pack->capacity <= room->capacity)
        return;
    free(room->blocks);
    *room = (struct block_room){pack->blocks, pack->capacity};
    pack->blocks = NULL;
    pack->count = pack->capacity = 0;
}

struct block_pack *block_pack_create(const struct memento *memento, struct block_room *room)
{
    struct block_pack *pack = memory_create(1, sizeof *pack);

    pack->references = 1;
    pack->memento = memento_share(memento);
    pack->blocks = room->blocks;
    pack->capacity = room->capacity;
    *room = (struct block_room){0};
    pack->blocks = memory_reserve(pack->blocks, &pack->capacity, likely_count(memento),
                                  sizeof pack->blocks[0]);
    return pack;
}

struct block_pack *block_pack_share(struct block_pack *pack)
{
    if (pack)
        pack->references++;
    return pack;
}

void block_pack_drop(struct block_pack *pack)
{
    if (!pack || --pack->references > 0)
        return;
    memento_finish(&pack->memento);
    free(pack->blocks);
    free(pack);
}

bool block_pack_add(struct block_pack *pack, const struct packed_block *blocks, size_t count,
                    uint64_t heap_size)
{
    pack->blocks =
        memory_reserve(pack->blocks, &pack->capacity, pack->count + count, sizeof pack->blocks[0]);
    for (size_t i = 0; i < count; i++) {
        const struct packed_block block = blocks[i];

        if (!packed_block_is_sound(&block) || block.size > heap_size - pack->end)
            return false;
        pack->end += block.size;
        pack->blocks[pack->count++] = block;
    }
    return true;
}

void block_pack_make(const struct block_pack *pack, size_t first, size_t count, uint64_t at,
                     struct block *ret_blocks)
{
    for (size_t i = 0; i < count; i++) {
        const struct packed_block *packed = &pack->blocks[first + i];

        ret_blocks[i] = (struct block){.at = at,
                                       .size = packed->size,
                                       .list = packed->list,
                                       .header = packed->header,
                                       .footer = packed->footer,
                                       .kind = packed->kind};
        at += packed->size;
    }
}

void block_pack_complete(struct block_pack *pack, struct block *blocks, size_t count)
{
    uint64_t requested;

    for (size_t i = 0; i < count; i++) {
        struct block *block = &blocks[i];

        if (block->kind != HG_KIND_USED)
            continue;
        block->requested = block->size - block->header - block->footer;
        if (memento_requested(&pack->memento, block->at + block->header, &pack->near, &requested) &&
            requested < block->requested)
            block->requested = requested;
    }
}
