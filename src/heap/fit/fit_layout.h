/* fit_layout.h: what lies where in a heap of the teaching engine.
 *
 * Blocks tile the heap between the state and the end marker. Free blocks carry two links in what
 * would be their payload, and a footer; used blocks carry a footer only where boundary-tags is all.
 *
 *            .--------------------- size ----------------------.
 *            | tag  | canaries |  payload            | padding |  used
 *            | tag  | canaries | next | prev |  ...   | footer |  free
 *            '----- header ----'
 *
 *      tag     the size, a multiple of 8, with flags in its low bits:
 *              1  this block is used
 *              2  the block to its left is used (only where boundary-tags is free-only)
 *      footer  the tag again, without the second flag
 *
 * What always holds between two operations:
 *  - every size is a multiple of the alignment and at least min_block; payloads are aligned;
 *  - the list holds exactly the free blocks, each once, in its order;
 *  - with immediate coalescing no two free blocks are neighbours;
 *  - the block before the first counts as used (a footer in the state says so), and so does the end
 *    marker, a header of size 0 at the break, so that merging needs no special case at either end.
 */
#ifndef HEAP_FIT_LAYOUT_H
#define HEAP_FIT_LAYOUT_H

#include "base/bits.h"
#include "heap/engine.h"

enum hg_fit_variant { HG_FIT_FIRST, HG_FIT_NEXT, HG_FIT_BEST, HG_FIT_WORST };

struct fit_block {
    uint64_t tag;
};

/* What a free block holds where a used one has its payload. */
struct fit_links {
    struct fit_block *next, *prev;
};

enum { FIT_USED = 1, FIT_LEFT_USED = 2, FIT_FLAGS = 7 };

#define FIT_FOOTER sizeof(uint64_t)
#define FIT_CANARY 0x7972616e61632121u /* "!!canary", read as a little-endian word */

/* What the settings say about every block. */
struct fit_layout {
    size_t min_block;
    uint32_t header;
    uint32_t alignment;
    uint32_t used_footer; /* bytes of footer in a used block: FIT_FOOTER or 0 */
    uint32_t index;       /* and, of the heap, where its index begins (fit_index.h); or 0 */
};

struct fit {
    struct hg_heap heap;
    struct hg_settings settings;
    struct fit_layout layout;
    struct fit_block *first;
    struct fit_block *head, *tail; /* of the free list; NULL when it is empty */
    struct fit_block *rover;       /* the next next-fit search starts here; NULL for the head */
    uint32_t free_count;
    uint32_t label; /* the last that the index gave; 0 while there is none */
    struct hg_idle idle;
};

/* A request, as the search sees it. */
struct fit_need {
    size_t size;      /* of the block */
    size_t alignment; /* of its payload, at least the heap's */
};

static inline struct fit *fit_of(struct hg_heap *heap)
{
    return (struct fit *)heap;
}

/* ---- Words of a block ---- */

static inline size_t fit_size(const struct fit_block *block)
{
    return block->tag & ~(uint64_t)FIT_FLAGS;
}

static inline bool fit_is_used(const struct fit_block *block)
{
    return block->tag & FIT_USED;
}

static inline struct fit_block *fit_at(const void *base, ptrdiff_t bytes)
{
    return (struct fit_block *)(uintptr_t)((const char *)base + bytes);
}

static inline struct fit_block *fit_right(const struct fit_block *block)
{
    return fit_at(block, (ptrdiff_t)fit_size(block));
}

/* The footer of the block that ends where `block` starts. */
static inline uint64_t fit_left_footer(const struct fit_block *block)
{
    return block[-1].tag;
}

/* The block to the left of `block`, which is free or has a footer. */
static inline struct fit_block *fit_left(const struct fit_block *block)
{
    return fit_at(block, -(ptrdiff_t)(fit_left_footer(block) & ~(uint64_t)FIT_FLAGS));
}

static inline void *fit_payload(const struct fit_layout *layout, const struct fit_block *block)
{
    return fit_at(block, (ptrdiff_t)layout->header);
}

static inline struct fit_block *fit_block_of(const struct fit_layout *layout, const void *payload)
{
    return fit_at(payload, -(ptrdiff_t)layout->header);
}

static inline struct fit_links *fit_links(const struct fit_layout *layout,
                                          const struct fit_block *block)
{
    return fit_payload(layout, block);
}

/* The end marker, by the heap's own word for where the break is. */
static inline struct fit_block *fit_end(const struct fit *fit)
{
    return fit_at(fit, (ptrdiff_t)(fit->heap.size - fit->layout.header));
}

/* Whether free neighbours stay apart until a search has found nothing. */
static inline bool fit_merges_later(const struct fit *fit)
{
    return fit->settings.coalesce == HG_COALESCE_DEFERRED;
}

/* Whether anybody wants to know what is idle. */
static inline bool fit_counts_idle(const struct fit *fit)
{
    return fit->settings.release != HG_RELEASE_NEVER;
}

/* What a free block of `size` bytes counts for as idle. */
static inline size_t fit_idle_in(const struct fit *fit, size_t size)
{
    return hg_idle_in(&fit->settings, size);
}

static inline bool fit_left_is_free(const struct fit *fit, const struct fit_block *block)
{
    if (fit->layout.used_footer)
        return !(fit_left_footer(block) & FIT_USED);
    return !(block->tag & FIT_LEFT_USED);
}

/* ---- Where blocks can lie ---- */

struct fit_layout hg_fit_layout(const struct hg_settings *settings);

/* The offset of the first block. Just below it there is room for a footer. */
size_t hg_fit_first_at(const struct fit_layout *layout);

/* The smallest size of a block that can hold its own bookkeeping when free. */
size_t hg_fit_smallest_block(const struct hg_settings *settings);

/* The size of the block that holds `size` payload bytes. */
static inline size_t fit_block_size(const struct fit_layout *layout, size_t size)
{
    size_t least = layout->header + size + layout->used_footer;
    size_t rounded = bits_align_up(least, layout->alignment);

    return rounded > layout->min_block ? rounded : layout->min_block;
}

#endif
