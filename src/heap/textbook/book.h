/* book.h: what the engines of the textbooks share.
 *
 * A textbook's heap begins BOOK_START bytes behind ours, where our state ends, so that its
 * addresses are the book's plus a round number. From there its blocks tile the heap as the book
 * lays them out. Blocks are known by their offsets from the start of our heap.
 *
 * No book tells of aligned requests. They are answered by the same search, with what is skipped
 * left free. */
#ifndef HEAP_TEXTBOOK_BOOK_H
#define HEAP_TEXTBOOK_BOOK_H

#include "base/bits.h"
#include "heap/engine.h"

enum { BOOK_START = 256, BOOK_LIST = 0 /* the one list */ };

static inline void *book_at(const struct hg_heap *heap, uint64_t at)
{
    return (char *)(uintptr_t)heap + at;
}

/* ---- Events, by offsets ---- */

static inline void book_tell(const struct hg_heap *heap, enum hg_event_kind kind, uint64_t at,
                             uint64_t size, uint64_t other)
{
    hg_emit_at(heap, kind, book_at(heap, at), size, other);
}

static inline void book_tell_list(const struct hg_heap *heap, enum hg_event_kind kind, uint64_t at,
                                  uint64_t size, uint64_t other)
{
    hg_emit_list(heap, kind, BOOK_LIST, book_at(heap, at), size, other);
}

/* A used block is on no list. */
static inline void book_tell_visit(const struct hg_heap *heap, const struct hg_block *block,
                                   bool fits)
{
    hg_emit_visit(heap, block->list, book_at(heap, block->at), block->size, fits);
}

/* ---- Where a request goes ---- */

/* A request, as the search sees it. */
struct book_need {
    uint64_t size;      /* of the block */
    uint64_t alignment; /* of its payload */
};

/* Bytes to leave free below, so that a block's payload, at `payload`, is aligned: none, or `least`
 * and more. */
uint64_t hg_book_gap(const struct hg_heap *heap, uint64_t payload, uint64_t alignment,
                     uint64_t least);

/* What the setting grow says for a growth by `size`: that at least. */
uint64_t hg_book_growth(const struct hg_settings *settings, uint64_t size);

/* What a payload holds goes `to` another of `size` bytes, and it is freed. Returns `to`; NULL, and
 * nothing done, if that is NULL. */
void *hg_book_move(const struct hg_engine *engine, struct hg_heap *heap, void *payload, void *to,
                   size_t size);

/* hg_aligned_alloc's, for any alignment. */
void *hg_book_allocate(const struct hg_engine *engine, struct hg_heap *heap, size_t size);

/* ---- Reading back ---- */

/* Blocks read one by one in address order, of a heap that may be damaged. */
struct book_reader {
    const struct hg_heap *heap;
    uint64_t first,
        end; /* blocks tile [first, end); what lies behind, up to extent, is the heap's */
    uint64_t extent;
    uint64_t cursor; /* of engines whose list says what is free: where the next free block is */
    bool (*read)(struct book_reader *reader, uint64_t at, struct hg_block *ret_block);
};

/* As hg_walk. */
void hg_book_walk(struct book_reader *reader, uint64_t from, hg_block_visitor *visitor,
                  void *context);

/* Visit the free blocks in address order, for engines whose list is in no other place: it leads
 * from block to block. */
struct hg_list_end hg_book_walk_free(struct book_reader *reader, hg_list_visitor *visitor,
                                     void *context);

/* How many free blocks lie below `at`: the place on such a list. 0 where nobody watches. */
uint64_t hg_book_place(struct book_reader *reader, uint64_t at);

uint32_t hg_book_list_count(const struct hg_settings *settings);
void hg_book_coalesce(struct hg_heap *heap); /* where nothing waits to be merged */

#endif
