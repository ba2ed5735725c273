/* twister.h: the Mersenne Twister, with the seeds and the fractions that Python's random has, so
 * that exercises made by programs in that language can be made again.
 *   source   Matsumoto and Nishimura, Mersenne Twister, ACM TOMACS 8 (1), 1998 */
#ifndef BASE_TWISTER_H
#define BASE_TWISTER_H

#include <stddef.h>
#include <stdint.h>

enum { TWISTER_WORDS = 624, TWISTER_MIDDLE = 397 };

struct twister {
    uint32_t words[TWISTER_WORDS];
    size_t next; /* the word to be given next; TWISTER_WORDS when all have been */
};

/* As random.seed(seed) of a whole number. */
void twister_seed(struct twister *twister, uint64_t seed);

/* As random.random(): from 0 up to but not including 1. */
double twister_fraction(struct twister *twister);

#endif
