/* fit_read.h: reading a heap back, from memory that may be damaged: only its settings are taken
 * from the state, and every offset is checked before anything is read there. */
#ifndef HEAP_FIT_READ_H
#define HEAP_FIT_READ_H

#include "heap/fit/fit_layout.h"

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
struct hg_list_end hg_fit_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                    hg_list_visitor *visitor, void *context);

#endif
