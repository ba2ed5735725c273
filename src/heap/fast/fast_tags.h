/* fast_tags.h: writing the tags of blocks. */
#ifndef HEAP_FAST_TAGS_H
#define HEAP_FAST_TAGS_H

#include "heap/fast/fast_layout.h"

/* Write the header of a used block, and tell its right neighbour. */
static inline void fast_write_used(struct fast_block *block, uint32_t units, uint32_t left)
{
    struct fast_block *right = fast_right_of(block, units);

    block->units = units;
    block->flags = FAST_USED | left;
    right->flags = (right->flags & ~(uint32_t)FAST_LEFT) | FAST_LEFT_USED;
}

/* Write the tags of a free block, whose links come later, and tell its right neighbour. The footer
 * of a minimal one lies where a link will. */
static inline void fast_write_free(struct fast_block *block, uint32_t units, uint32_t left)
{
    struct fast_block *right = fast_right_of(block, units);

    block->units = units;
    block->flags = left;
    *fast_footer_before(right) = units;
    right->flags = (right->flags & ~(uint32_t)FAST_LEFT) | (units == 1) * FAST_LEFT_MINIMAL;
}

/* Write the end marker, of which the heap has the header only. */
static inline void fast_write_end(struct fast *fast, uint32_t left)
{
    struct fast_block *end = fast_end(fast);

    end->units = 0;
    end->flags = FAST_USED | left;
}

#endif
