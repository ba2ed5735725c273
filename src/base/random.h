/* random.h: seeded random numbers that are the same on every machine (splitmix64). */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

#include "base/bits.h"

struct random {
    uint64_t state;
};

/* The seed that a word stands for: a number is itself, and any other word a number that hardly any
 * other word has. */
uint64_t random_seed(const char *word);

/* The next 64 random bits. */
static inline uint64_t random_next(struct random *random)
{
    random->state += 0x9e3779b97f4a7c15u;
    return bits_mix(random->state);
}

/* A number in [0, limit); limit is not 0. The bias is below limit / 2^64. */
static inline uint64_t random_below(struct random *random, uint64_t limit)
{
    return (uint64_t)(((unsigned __int128)random_next(random) * limit) >> 64);
}

#endif
