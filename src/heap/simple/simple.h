/* simple.h: what the simplest allocators, linear and pools, have in common. */
#ifndef HEAP_SIMPLE_H
#define HEAP_SIMPLE_H

#include "heap/engine.h"

/* `size` rounded up to what the break moves by. */
size_t hg_simple_round(const struct hg_settings *settings, size_t size);

/* Their settings go together as long as the break moves by multiples of the alignment. */
const char *hg_simple_problem(const struct hg_settings *settings, unsigned *ret_setting);

/* There is never anything to merge. */
void hg_simple_coalesce(struct hg_heap *heap);

#endif
