/* kr_read.h: reading such a heap back, and what it says of itself: as in heap/engine.h. */
#ifndef HEAP_TEXTBOOK_KR_READ_H
#define HEAP_TEXTBOOK_KR_READ_H

#include "heap/engine.h"

void hg_kr_walk(const struct hg_heap *heap, size_t extent, uint64_t from, hg_block_visitor *visitor,
                void *context);
struct hg_list_end hg_kr_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                   hg_list_visitor *visitor, void *context);
bool hg_kr_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect);
struct hg_list_info hg_kr_list_info(const struct hg_settings *settings, unsigned variant,
                                    uint32_t list);
struct hg_header_fields hg_kr_header(const struct hg_settings *settings);
uint64_t hg_kr_served(const struct hg_settings *settings, unsigned variant, uint64_t block);

#endif
