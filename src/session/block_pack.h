/* block_pack.h: blocks of a large heap as they were read from its memory, in sixteen bytes each.
 *
 * Of a heap of millions of blocks few are looked at one by one, while sums are wanted of all. So
 * they are kept as they came, and the chunks of a block table (block_table.h) are made of them
 * where somebody looks. How much was asked for of each is known of a memento, which never changes:
 * what is made of a pack is the same whenever it is made. */
#ifndef SESSION_BLOCK_PACK_H
#define SESSION_BLOCK_PACK_H

#include "session/block_table.h"
#include "session/memento.h"
#include "target/packed_block.h"

struct block_pack {
    unsigned references;
    struct packed_block *blocks;
    size_t count, capacity;
    uint64_t end; /* of the last one: an offset */
    struct memento memento;
    size_t near; /* see traced_giver_at */
};

/* Memory for the blocks of the next pack: what is new has to be cleared by the kernel first, which
 * takes as long as filling it. All zero is none. */
struct block_room {
    struct packed_block *blocks;
    size_t capacity;
};

void block_room_finish(struct block_room *room);

/* A pack that is about to be dropped leaves the memory of its blocks there, unless somebody else
 * owns it, too, or there is more already. NULL does nothing. */
void block_pack_leave(struct block_pack *pack, struct block_room *room);

/* An empty one, of a heap at this moment; the caller's. Then another owner of it, and one less.
 * NULL does nothing.
 *   room  is used up */
struct block_pack *block_pack_create(const struct memento *memento, struct block_room *room);
struct block_pack *block_pack_share(struct block_pack *pack);
void block_pack_drop(struct block_pack *pack);

/* Append blocks as they were read of a heap of this size.
 *   returns  false where one of them is not what a sound heap has, or ends beyond the heap's end */
bool block_pack_add(struct block_pack *pack, const struct packed_block *blocks, size_t count,
                    uint64_t heap_size);

/* Make `count` blocks of those from number `first` on, the first of which begins at `at`; how much
 * was asked for is left open. Then find that out. */
void block_pack_make(const struct block_pack *pack, size_t first, size_t count, uint64_t at,
                     struct block *ret_blocks);
void block_pack_complete(struct block_pack *pack, struct block *blocks, size_t count);

#endif
