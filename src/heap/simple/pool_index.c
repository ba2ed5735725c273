/* pool_index.c: see pool_index.h. */
#include "heap/simple/pool_index.h"

enum { BITS = POOL_BITS_PER_WORD };

/* Bit N of all is for word N of the pool's bits, where each chunk has as many as the second. */
struct pool_index {
    uint64_t room, used; /* words of bits */
    uint64_t open[];
};

static uint64_t words_of_chunk(const struct pool_shape *shape)
{
    return (shape->slots + BITS - 1) / BITS;
}

/* Whether a slot is free of those in the word in which `place` is. */
static bool is_open(const struct pool *pool, const struct pool_shape *shape,
                    struct pool_place place)
{
    size_t count = pool_slots_of(shape, place.chunk) - place.slot / BITS * BITS;
    uint64_t slots = count < BITS ? ((uint64_t)1 << count) - 1 : UINT64_MAX;

    return (~*pool_word_of(pool, shape, place) & slots) != 0;
}

void hg_pool_index_note(const struct pool *pool, const struct pool_shape *shape,
                        struct pool_place place)
{
    struct pool_index *index = hg_aside_kept(&pool->heap);
    uint64_t number = place.chunk * words_of_chunk(shape) + place.slot / BITS;
    uint64_t word = number / BITS, bit = (uint64_t)1 << number % BITS;

    if (!index)
        return;
    if (word >= index->room) {
        hg_aside_forget(&pool->heap);
        return;
    }
    while (index->used <= word)
        index->open[index->used++] = 0;
    if (is_open(pool, shape, place))
        index->open[word] |= bit;
    else
        index->open[word] &= ~bit;
}

void hg_pool_index_tire(const struct pool *pool, const struct pool_shape *shape, uint64_t looked_at)
{
    struct hg_aside *aside = hg_aside_lent(&pool->heap);
    struct pool_index *index;

    if (!hg_aside_is_due(&pool->heap, looked_at) || aside->size < sizeof *index)
        return;
    index = aside->memory;
    *index = (struct pool_index){.room = (aside->size - sizeof *index) / sizeof index->open[0]};
    aside->is_kept = true;
    for (uint64_t chunk = 0; chunk < pool->heap.size / shape->chunk_size; chunk++)
        for (size_t slot = 0; slot < pool_slots_of(shape, chunk); slot += BITS)
            hg_pool_index_note(pool, shape, (struct pool_place){chunk, slot});
}

bool hg_pool_index_find(const struct pool *pool, const struct pool_shape *shape,
                        struct pool_place *ret_place)
{
    const struct pool_index *index = hg_aside_kept(&pool->heap);
    uint64_t word = 0, number;

    while (word < index->used && index->open[word] == 0)
        word++;
    if (word == index->used)
        return false;
    number = word * BITS + (unsigned)__builtin_ctzll(index->open[word]);
    ret_place->chunk = number / words_of_chunk(shape);
    ret_place->slot = number % words_of_chunk(shape) * BITS;
    ret_place->slot += (unsigned)__builtin_ctzll(~*pool_word_of(pool, shape, *ret_place));
    return true;
}
