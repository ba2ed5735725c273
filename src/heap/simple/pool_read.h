/* pool_read.h: reading a pool back, from memory that may be damaged anywhere: its settings alone
 * are relied on. */
#ifndef HEAP_POOL_READ_H
#define HEAP_POOL_READ_H

#include "heap/simple/pool_layout.h"

void hg_pool_walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                  hg_block_visitor *visitor, void *context);
struct hg_list_end hg_pool_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                     hg_list_visitor *visitor, void *context);
bool hg_pool_check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect);

#endif
