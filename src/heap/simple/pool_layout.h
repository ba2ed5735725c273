/* pool_layout.h: what lies where in a pool of slots that are all alike.
 *
 * The heap is a row of chunks of equal size, the first of which holds the state too:
 *
 *      | state | bits | slot | slot | ... | pad || bits | slot | slot | ... | pad || ... | break
 *
 * A chunk's bits say which of its slots are used; both kinds keep them, so that a heap can be read
 * back. In pool-stack a free slot holds a link to the next one on the stack. A slot has no header.
 *
 * What always holds: the bits of all chunks have as many zeros as free_count says; on the stack is
 * each free slot once. A pool does not shrink. */
#ifndef HEAP_POOL_LAYOUT_H
#define HEAP_POOL_LAYOUT_H

#include "base/bits.h"
#include "heap/engine.h"

enum hg_pool_variant { HG_POOL_SCAN, HG_POOL_STACK };

enum { POOL_BITS_PER_WORD = 64, POOL_FREE_SLOTS = 0 /* the one list */ };

/* A free slot of pool-stack. */
struct pool_slot {
    struct pool_slot *next;
};

struct pool {
    struct hg_heap heap;
    struct hg_settings settings;
    uint64_t free_count;
    struct pool_slot *top; /* of the stack; NULL when it is empty, and always in pool-scan */
};

/* What follows from the settings. */
struct pool_shape {
    size_t slot_size;
    size_t chunk_size;
    size_t bits_size; /* of any chunk but the first, whose bits are fewer */
    size_t slots;
    /* of the first chunk: where its bits and its slots begin, and how many slots it has */
    size_t first_bits, first_start, first_slots;
};

/* Where a slot is. */
struct pool_place {
    uint64_t chunk;
    size_t slot;
};

static inline struct pool *pool_of(struct hg_heap *heap)
{
    return (struct pool *)heap;
}

/* ---- Shape ---- */

/* The bytes of the bits of so many slots. */
static inline size_t pool_bits_for(size_t slots, size_t alignment)
{
    return bits_align_up((slots + POOL_BITS_PER_WORD - 1) / POOL_BITS_PER_WORD * sizeof(uint64_t),
                         alignment);
}

struct pool_shape hg_pool_shape(const struct hg_settings *settings);

static inline struct pool_shape pool_shape_of(const struct pool *pool)
{
    return hg_pool_shape(&pool->settings);
}

static inline size_t pool_slots_of(const struct pool_shape *shape, uint64_t chunk)
{
    return chunk == 0 ? shape->first_slots : shape->slots;
}

static inline uint64_t pool_slot_at(const struct pool_shape *shape, struct pool_place place)
{
    size_t start = place.chunk == 0 ? shape->first_start : shape->bits_size;

    return place.chunk * shape->chunk_size + start + place.slot * shape->slot_size;
}

/* Where the slot at the offset `at` is; false if none starts there. */
static inline bool pool_find_slot(const struct pool_shape *shape, uint64_t at,
                                  struct pool_place *ret_place)
{
    uint64_t chunk = at / shape->chunk_size, within = at % shape->chunk_size;
    size_t start = chunk == 0 ? shape->first_start : shape->bits_size;

    *ret_place = (struct pool_place){chunk, (within - start) / shape->slot_size};
    return within >= start && (within - start) % shape->slot_size == 0 &&
           ret_place->slot < pool_slots_of(shape, chunk);
}

static inline void *pool_address(const struct pool *pool, uint64_t at)
{
    return (void *)(uintptr_t)((const char *)pool + at);
}

/* ---- Bits ---- */

static inline uint64_t *pool_word_of(const struct pool *pool, const struct pool_shape *shape,
                                     struct pool_place place)
{
    uint64_t bits = place.chunk * shape->chunk_size + (place.chunk == 0 ? shape->first_bits : 0);
    uint64_t *words = pool_address(pool, bits);

    return &words[place.slot / POOL_BITS_PER_WORD];
}

static inline bool pool_is_used(const struct pool *pool, const struct pool_shape *shape,
                                struct pool_place place)
{
    return *pool_word_of(pool, shape, place) >> place.slot % POOL_BITS_PER_WORD & 1;
}

/* Go on to the next slot. False behind the last slot of the heap of `extent` bytes. */
static inline bool pool_next_slot(const struct pool_shape *shape, size_t extent,
                                  struct pool_place *place)
{
    if (++place->slot < pool_slots_of(shape, place->chunk))
        return true;
    *place = (struct pool_place){place->chunk + 1, 0};
    return (place->chunk + 1) * shape->chunk_size <= extent;
}

static inline bool pool_has_stack(const struct pool *pool)
{
    return pool->heap.variant == HG_POOL_STACK;
}

#endif
