/* fast_read.h: a heap as far as it can be relied on, for reading it back. Every byte of it may be
 * wrong: nothing is read before its place was checked. */
#ifndef HEAP_FAST_READ_H
#define HEAP_FAST_READ_H

#include "heap/fast/fast_bins.h"
#include "heap/fast/fast_quick.h"
#include "heap/fast/fast_slots.h"

struct fast_frame {
    const struct fast *fast;
    uint64_t first, end; /* offsets of the first header and of the end marker */
};

struct fast_frame hg_fast_frame(const struct hg_heap *heap, size_t extent);

/* The block at the offset `at`, NULL if there can be none; its header makes sense. */
const struct fast_block *hg_fast_read(const struct fast_frame *frame, uint64_t at);

/* The block whose payload is at `place`. */
const struct fast_block *hg_fast_read_place(const struct fast_frame *frame, uint32_t place);

/* A free block. */
static inline bool fast_is_free(const struct fast_block *block)
{
    return !(block->flags & FAST_USED);
}

/* The tables, NULL where there are none, or none that can be read; of bins, whether there are. */
bool hg_fast_read_bins(const struct fast_frame *frame);
const struct fast_quick *hg_fast_read_quick(const struct fast_frame *frame);
const uint8_t *hg_fast_read_map(const struct fast_frame *frame);

/* The class of slots of `slot` grains; NULL where the map does not have it. */
const struct fast_class *hg_fast_read_class(const struct fast_frame *frame, uint32_t slot);

/* The list for free blocks of `units`. */
uint32_t hg_fast_read_list_for(const struct fast_frame *frame, uint32_t units);

/* The place of the first block, or slab, on `list`; 0 for none. */
uint32_t hg_fast_read_head(const struct fast_frame *frame, uint32_t list);

/* ---- Slabs ---- */

enum { FAST_SLOTS_MOST = FAST_PAGES_MOST * FAST_PAGE_GRAINS };

/* What a slab says of its slots. */
struct fast_slots {
    uint64_t at;   /* of the first, in bytes */
    uint64_t size; /* of each */
    uint32_t count;
    uint32_t chained; /* free ones, as far as the links make sense */
    uint32_t onward;  /* the link that does not, as far as it leads from the slab's start; else 0 */
    bool is_sound;    /* counts and links agree */
    uint64_t is_free[FAST_SLOTS_MOST / 64];
};

/* Read the slots of a slab, from any bytes whatever. */
void hg_fast_read_slots(const struct fast_frame *frame, const struct fast_slab *slab,
                        struct fast_slots *ret_slots);

static inline bool fast_slot_is_free(const struct fast_slots *slots, uint64_t index)
{
    return slots->is_free[index / 64] >> index % 64 & 1;
}

/* ---- The operations of struct hg_engine ---- */

void hg_fast_walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                  hg_block_visitor *visitor, void *context);
struct hg_list_end hg_fast_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                     hg_list_visitor *visitor, void *context);

#endif
