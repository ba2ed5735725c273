/* buddy_layout.h: what lies where in a heap of the binary buddy allocator.
 *
 *      | state | block | block | ... | end | break
 *              ^ base: addresses of blocks are counted from here
 *
 * A block of order k has 2^k bytes and starts at a multiple of 2^k from the base. Its buddy is the
 * other half of the block of order k + 1 that both make up: their addresses differ in bit k alone.
 * A block starts with a tag, its order and whether it is used; a free one also has links, on the
 * list of its order.
 *
 * What always holds between two operations: blocks tile the region between base and end; no two
 * buddies are free and of the same order; each order's list holds exactly its free blocks, each
 * once.
 *
 * The region grows at its upper end by what a request needs beyond the free blocks there; what must
 * be skipped so that the block starts at a multiple of its size becomes free blocks of lower
 * orders. */
#ifndef HEAP_BUDDY_LAYOUT_H
#define HEAP_BUDDY_LAYOUT_H

#include "heap/engine.h"

enum {
    BUDDY_LEAST_ORDER = 5, /* a tag and two links need 24 bytes */
    BUDDY_MOST_ORDER = 47,
    BUDDY_ORDERS = BUDDY_MOST_ORDER - BUDDY_LEAST_ORDER + 1,
    BUDDY_BASE_PAYLOAD = 4096, /* where the first payload is, and what others can be aligned to */
    BUDDY_END = sizeof(uint64_t),
};

struct buddy_block {
    uint64_t tag;
    struct buddy_block *next, *prev; /* of a free block */
};

enum { BUDDY_USED = 0x80, BUDDY_ORDER_MASK = 0x7f, BUDDY_TAG = sizeof(uint64_t) };

#define BUDDY_BASE (BUDDY_BASE_PAYLOAD - BUDDY_TAG)

struct buddy {
    struct hg_heap heap;
    struct hg_settings settings;
    uint64_t free_count;
    struct buddy_block *heads[BUDDY_ORDERS];
    struct hg_idle idle;
};

static inline struct buddy *buddy_of(struct hg_heap *heap)
{
    return (struct buddy *)heap;
}

static inline unsigned buddy_order(const struct buddy_block *block)
{
    return (unsigned)(block->tag & BUDDY_ORDER_MASK);
}

static inline uint64_t buddy_size(unsigned order)
{
    return (uint64_t)1 << order;
}

/* Bytes of the region between base and end, in a heap of `heap_size` bytes. */
static inline uint64_t buddy_region(uint64_t heap_size)
{
    return heap_size - BUDDY_BASE - BUDDY_END;
}

/* The block at `at` bytes from the base, and back. */
static inline struct buddy_block *buddy_at(const struct buddy *buddy, uint64_t at)
{
    return (struct buddy_block *)((uintptr_t)buddy + BUDDY_BASE + at); /* `at` may be damaged */
}

static inline uint64_t buddy_place(const struct buddy *buddy, const struct buddy_block *block)
{
    return hg_offset(&buddy->heap, block) - BUDDY_BASE;
}

/* ---- What is idle (engine.h) ---- */

/* What a block of `order` counts for that becomes part of a free one of order `whole`, or leaves
 * it: with all that is too small to count by itself. */
static inline size_t buddy_idle_in(const struct buddy *buddy, unsigned order, unsigned whole)
{
    size_t least = hg_release_least(&buddy->settings);

    if (buddy_size(whole) < least)
        return 0;
    return buddy_size(order) < least ? least : buddy_size(order);
}

static inline void buddy_idle_add(struct buddy *buddy, unsigned order, unsigned whole)
{
    if (buddy->settings.release != HG_RELEASE_NEVER)
        hg_idle_change(&buddy->idle, 0, buddy_idle_in(buddy, order, whole));
}

static inline void buddy_idle_take(struct buddy *buddy, unsigned order, unsigned whole)
{
    if (buddy->settings.release != HG_RELEASE_NEVER)
        hg_idle_change(&buddy->idle, buddy_idle_in(buddy, order, whole), 0);
}

#endif
