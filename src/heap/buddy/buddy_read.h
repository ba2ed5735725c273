/* buddy_read.h: reading a buddy heap back, from memory that may be damaged anywhere. */
#ifndef HEAP_BUDDY_READ_H
#define HEAP_BUDDY_READ_H

#include "heap/buddy/buddy_layout.h"

void hg_buddy_walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                   hg_block_visitor *visitor, void *context);
bool hg_buddy_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect);
struct hg_list_end hg_buddy_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                      hg_list_visitor *visitor, void *context);

#endif
