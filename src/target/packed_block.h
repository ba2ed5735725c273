/* packed_block.h: a block of a sound heap in sixteen bytes, as it goes over to the front where
 * there are very many of them. */
#ifndef TARGET_PACKED_BLOCK_H
#define TARGET_PACKED_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "heapglass/heap.h"

/* It begins where the one before it ends. */
struct packed_block {
    uint64_t size : 56;
    uint64_t kind : 8; /* enum hg_kind */
    uint32_t list;
    uint16_t header, footer;
};

#define PACKED_SIZE_MOST (((uint64_t)1 << 56) - 1)

/* Whether it can be a block of a sound heap, and says all of itself. */
static inline bool packed_block_is_sound(const struct packed_block *block)
{
    return block->size > 0 && block->size >= (uint64_t)block->header + block->footer &&
           (block->kind == HG_KIND_FREE || block->kind == HG_KIND_USED ||
            block->kind == HG_KIND_BOOKKEEPING);
}

/* Pack a block that begins at `at`; false where it does not, or is not what a sound heap has. */
static inline bool packed_block_of(const struct hg_block *block, uint64_t at,
                                   struct packed_block *ret_packed)
{
    if (block->at != at || block->size > PACKED_SIZE_MOST || block->header > UINT16_MAX ||
        block->footer > UINT16_MAX || block->kind > UINT8_MAX)
        return false;
    *ret_packed = (struct packed_block){.size = block->size & PACKED_SIZE_MOST,
                                        .kind = block->kind & UINT8_MAX,
                                        .list = block->list,
                                        .header = (uint16_t)block->header,
                                        .footer = (uint16_t)block->footer};
    return packed_block_is_sound(ret_packed);
}

#endif
