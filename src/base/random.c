/* random.c: see random.h. */
#include "base/random.h"

#include "base/size.h"

#define FNV_OFFSET 0xcbf29ce484222325u
#define FNV_PRIME 0x100000001b3u

uint64_t random_seed(const char *word)
{
    uint64_t seed;
    struct error ignored;

    if (number_parse(word, &seed, &ignored))
        return seed;
    for (seed = FNV_OFFSET; *word; word++) /* FNV-1a */
        seed = (seed ^ (unsigned char)*word) * FNV_PRIME;
    return seed;
}
