/* twister.c: see twister.h. */
#include "base/twister.h"

static uint32_t scramble(uint32_t before, uint32_t factor)
{
    return (before ^ before >> 30) * factor;
}

static void seed_with_number(struct twister *twister, uint32_t seed)
{
    twister->words[0] = seed;
    for (uint32_t i = 1; i < TWISTER_WORDS; i++)
        twister->words[i] = scramble(twister->words[i - 1], 1812433253u) + i;
    twister->next = TWISTER_WORDS;
}

/* Go on to the next word, of which the last is the one before the first. */
static size_t advance(struct twister *twister, size_t at)
{
    if (++at < TWISTER_WORDS)
        return at;
    twister->words[0] = twister->words[TWISTER_WORDS - 1];
    return 1;
}

void twister_seed(struct twister *twister, uint64_t seed)
{
    uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    uint32_t *words = twister->words;
    size_t length = key[1] ? 2 : 1, at = 1;

    seed_with_number(twister, 19650218u);
    for (size_t i = 0; i < TWISTER_WORDS; i++) {
        uint32_t of_key = (uint32_t)(i % length);

        words[at] = (words[at] ^ scramble(words[at - 1], 1664525u)) + key[of_key] + of_key;
        at = advance(twister, at);
    }
    for (size_t i = 1; i < TWISTER_WORDS; i++) {
        words[at] = (words[at] ^ scramble(words[at - 1], 1566083941u)) - (uint32_t)at;
        at = advance(twister, at);
    }
    words[0] = 0x80000000u;
}

static void twist(struct twister *twister)
{
    uint32_t *words = twister->words;

    for (size_t i = 0; i < TWISTER_WORDS; i++) {
        uint32_t next = words[(i + 1) % TWISTER_WORDS];
        uint32_t mixed = (words[i] & 0x80000000u) | (next & 0x7fffffffu);

        words[i] = words[(i + TWISTER_MIDDLE) % TWISTER_WORDS] ^ mixed >> 1 ^
                   (mixed & 1 ? 0x9908b0dfu : 0);
    }
    twister->next = 0;
}

static uint32_t next_word(struct twister *twister)
{
    uint32_t word;

    if (twister->next == TWISTER_WORDS)
        twist(twister);
    word = twister->words[twister->next++];
    word ^= word >> 11;
    word ^= word << 7 & 0x9d2c5680u;
    word ^= word << 15 & 0xefc60000u;
    return word ^ word >> 18;
}

double twister_fraction(struct twister *twister)
{
    uint32_t high = next_word(twister) >> 5, low = next_word(twister) >> 6;

    return ((double)high * 67108864.0 + (double)low) / 9007199254740992.0;
}
