/* fit.h: the teaching engine: first, next, best and worst fit over one doubly linked free list.
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
#ifndef HEAP_FIT_H
#define HEAP_FIT_H

#include "heap/engine.h"

enum hg_fit_variant { HG_FIT_FIRST, HG_FIT_NEXT, HG_FIT_BEST, HG_FIT_WORST };

extern const struct hg_engine hg_fit_engine;

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
};

struct fit {
    struct hg_heap heap;
    struct hg_settings settings;
    struct fit_layout layout;
    struct fit_block *first;
    struct fit_block *head, *tail; /* of the free list; NULL when it is empty */
    struct fit_block *rover;       /* the next next-fit search starts here; NULL for the head */
    uint64_t free_count;
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

/* ---- fit_layout.c: where blocks can lie ---- */

struct fit_layout hg_fit_layout(const struct hg_settings *settings);

/* The offset of the first block. Just below it there is room for a footer. */
size_t hg_fit_first_at(const struct fit_layout *layout);

/* The smallest size of a block that can hold its own bookkeeping when free. */
size_t hg_fit_smallest_block(const struct hg_settings *settings);

/* The size of the block that holds `size` payload bytes. */
size_t hg_fit_block_size(const struct fit_layout *layout, size_t size);

/* ---- fit_list.c: the free list ---- */

/* Put a free block where the list's order wants it. */
void hg_fit_push(struct fit *fit, struct fit_block *block);

/* Take a free block off the list, reporting `kind`: HG_EVENT_TAKE or HG_EVENT_UNLINK. */
void hg_fit_unlink(struct fit *fit, struct fit_block *block, enum hg_event_kind kind);

/* List `block`, the remainder of `old`, where old was: between the neighbours in `place`. */
void hg_fit_replace(struct fit *fit, const struct fit_block *old, struct fit_links place,
                    struct fit_block *block);

/* ---- fit_search.c: the four fits ---- */

/* Bytes to skip at the start of `block` so that the need's payload is aligned: 0, or enough for a
 * free block of their own. */
size_t hg_fit_gap(const struct fit *fit, const struct fit_block *block,
                  const struct fit_need *need);

/* The free block that the heap's fit chooses, NULL if none fits.
 *   cost     O(free blocks); best and worst look at all of them */
struct fit_block *hg_fit_search(struct fit *fit, const struct fit_need *need);

/* ---- fit_place.c: splitting and merging ---- */

/* Write the tag, canaries and footer of a block, and tell its right neighbour whether it is used.
 *   flags    FIT_USED and FIT_LEFT_USED, or neither */
void hg_fit_write(struct fit *fit, struct fit_block *block, size_t size, unsigned flags);

/* Turn `block`, free and on the list, into a used block for `need`, and report the handover. */
struct fit_block *hg_fit_place(struct fit *fit, struct fit_block *block,
                               const struct fit_need *need);

/* Cut `block`, used, down to `size` if the rest is worth a block; the rest becomes free. */
void hg_fit_shrink(struct fit *fit, struct fit_block *block, size_t size);

/* Take the free right neighbour of `block`, used, into it. */
void hg_fit_absorb(struct fit *fit, struct fit_block *block);

/* Merge `size` bytes at `block`, free and on no list, perhaps too few for a header of their own,
 * with the left neighbour, free and listed. Returns the whole, on no list. */
struct fit_block *hg_fit_merge_left(struct fit *fit, struct fit_block *block, size_t size);

/* Merge `block`, free and on no list, with the free ones among its neighbours. Returns the whole,
 * on no list. */
struct fit_block *hg_fit_merge(struct fit *fit, struct fit_block *block);

/* Make `block`, until now used, free: merge as the settings say, trim the wilderness, list it. */
void hg_fit_release(struct fit *fit, struct fit_block *block);

/* Merge all free neighbours, unless the setting is never. Returns whether there were any. */
bool hg_fit_coalesce(struct fit *fit);

/* ---- fit_break.c: the wilderness ---- */

/* Move the break up by at least `missing` bytes, and by enough for a block: a free block at the end
 * of the heap, merged with a free one to its left as the settings say, and listed. NULL when the
 * break cannot grow. */
struct fit_block *hg_fit_grow(struct fit *fit, size_t missing);

/* Move it up until a block at the end of the heap fits `need`. Returns that block, listed. */
struct fit_block *hg_fit_extend(struct fit *fit, const struct fit_need *need);

/* How much of the wilderness `block` the trim threshold keeps: all or nothing. */
size_t hg_fit_kept(const struct fit *fit, const struct fit_block *block);

/* Give back what `block`, free and on no list, has beyond `keep` bytes, if it is the wilderness.
 * Returns what is left of it, NULL if nothing. */
struct fit_block *hg_fit_trim(struct fit *fit, struct fit_block *block, size_t keep);

/* Give back what is too much of the free block at the break, which is on the list. */
void hg_fit_trim_wilderness(struct fit *fit);

/* ---- fit_header.c: what its headers say ---- */

struct hg_header_fields hg_fit_header(const struct hg_settings *settings);

/* Discard whole pages of all free blocks of `least` bytes or more. Returns whether there are any. */
bool hg_fit_discard(struct fit *fit, size_t least);

/* As hg_trim. */
bool hg_fit_trim_all(struct hg_heap *heap, size_t keep);

/* ---- fit_read.c, fit_check.c: reading back, from memory that may be damaged ---- */

/* The heap as far as it can be relied on: its settings, and how far it may be read. */
struct fit_frame {
    const struct fit *fit;
    struct fit_layout layout;
    uint64_t first, end; /* offsets of the first block and of the end marker */
};

struct fit_frame hg_fit_frame(const struct hg_heap *heap, size_t extent);

/* Whether a block can start at the offset `at`, so that as much as any block has can be read
 * there. */
bool hg_fit_can_start(const struct fit_frame *frame, uint64_t at);

/* Read the block at the offset `at`; false if there can be none. */
bool hg_fit_read(const struct fit_frame *frame, uint64_t at, struct hg_block *ret_block);

void hg_fit_walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                 hg_block_visitor *visitor, void *context);
void hg_fit_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                      hg_list_visitor *visitor, void *context);
bool hg_fit_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect);

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

#endif
