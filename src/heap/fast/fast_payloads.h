/* fast_payloads.h: the operations on payloads: what is common is done here, in few instructions. */
#ifndef HEAP_FAST_PAYLOADS_H
#define HEAP_FAST_PAYLOADS_H

#include "heap/fast/fast_layout.h"

/* The operations of struct hg_engine; those for any payload know both policies. */
void *hg_fast_segregated_allocate(struct hg_heap *heap, size_t size);
void *hg_fast_tlsf_allocate(struct hg_heap *heap, size_t size);
void *hg_fast_allocate_aligned(struct hg_heap *heap, size_t size, size_t alignment);
bool hg_fast_segregated_release(struct hg_heap *heap, void *payload);
bool hg_fast_tlsf_release(struct hg_heap *heap, void *payload);
size_t hg_fast_usable_size(const struct hg_heap *heap, const void *payload);

/* The bytes of the block or slot for a payload of `size` bytes. */
uint64_t hg_fast_wanted(const struct fast *fast, size_t size);

/* A payload of `size` bytes under either policy, with no word of the request. */
void *hg_fast_allocate(struct fast *fast, size_t size);

#endif
