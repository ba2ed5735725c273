/* bits.h: arithmetic on powers of two and on sizes that must not wrap. Nothing here allocates. */
#ifndef BASE_BITS_H
#define BASE_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool bits_is_power_of_two(uint64_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/* Round `value` up to a multiple of `alignment`, a power of two; the caller rules out overflow. */
static inline uint64_t bits_align_up(uint64_t value, uint64_t alignment)
{
    return (value + alignment - 1) & ~(alignment - 1);
}

/* Round `value` down to a multiple of `alignment`, a power of two. */
static inline uint64_t bits_align_down(uint64_t value, uint64_t alignment)
{
    return value & ~(alignment - 1);
}

/* Round `value` up to a multiple of `unit`, any positive number; the caller rules out overflow. */
static inline uint64_t bits_round_up(uint64_t value, uint64_t unit)
{
    return (value + unit - 1) / unit * unit;
}

/* The position of the highest bit set in `value`, which is not 0. */
static inline unsigned bits_floor_log2(uint64_t value)
{
    return 63u - (unsigned)__builtin_clzll(value);
}

/* All bits but one: bit `number`, below 32. To clear a bit is one instruction less than with ~. */
static inline uint32_t bits_all_but(unsigned number)
{
    return ~1u << number % 32 | ~1u >> -number % 32;
}

/* `value`, below 2^33, in 16 bits: rounded up, by less than a part in 2^11. Larger values have no
 * smaller bits. And the value that such bits stand for. */
enum { BITS_ROUGH = 11 };

static inline uint16_t bits_rough(uint64_t value)
{
    unsigned shift = bits_floor_log2(value | 1u << BITS_ROUGH) - BITS_ROUGH;

    return (uint16_t)((shift << BITS_ROUGH) + ((value + (1u << shift) - 1) >> shift));
}

static inline uint64_t bits_from_rough(uint16_t rough)
{
    unsigned high = rough >> BITS_ROUGH, shift = high - (high > 0);

    return (uint64_t)(rough - (shift << BITS_ROUGH)) << shift;
}

/* A hash of `value` in which every input bit moves every output bit (splitmix64's finalizer). */
static inline uint64_t bits_mix(uint64_t value)
{
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

#endif
