/* pool_layout.c: how many slots chunks have, and where. */
#include "heap/simple/pool_layout.h"

#include <limits.h>

#include "heap/simple/simple.h"

/* How many slots fit behind their bits into `size` bytes. */
static size_t slots_in(size_t size, size_t slot_size, size_t alignment)
{
    size_t slots = size * CHAR_BIT / (slot_size * CHAR_BIT + 1); /* with a bit each: few too many */

    while (slots > 0 && pool_bits_for(slots, alignment) + slots * slot_size > size)
        slots--;
    return slots;
}

struct pool_shape hg_pool_shape(const struct hg_settings *settings)
{
    enum { LEAST_SLOTS = 8 };
    size_t alignment = settings->alignment;
    size_t slot = bits_align_up(settings->slot_size, alignment);
    size_t state = bits_align_up(sizeof(struct pool), alignment);
    size_t least = state + pool_bits_for(LEAST_SLOTS, alignment) + LEAST_SLOTS * slot;
    struct pool_shape shape = {.slot_size = slot, .chunk_size = hg_simple_round(settings, least)};

    shape.slots = slots_in(shape.chunk_size, slot, alignment);
    shape.bits_size = pool_bits_for(shape.slots, alignment);
    shape.first_bits = state;
    shape.first_slots = slots_in(shape.chunk_size - state, slot, alignment);
    shape.first_start = state + pool_bits_for(shape.first_slots, alignment);
    return shape;
}
