/* starts.h: an ordered set of numbers below a limit: a bit for each, and above each word of bits
 * one that says whether there is any in it, up to a level of a single word.
 *
 *      level 1     1 0 ...            is there any among 64?
 *      level 0     0010...0  000...   is it there?
 *
 * Its memory is mapped, and touched only where numbers are. */
#ifndef OWN_STARTS_H
#define OWN_STARTS_H

#include <stdbool.h>
#include <stdint.h>

enum { STARTS_LEVELS = 11 }; /* 64^11 numbers are more than there can be */

struct starts {
    uint64_t *levels[STARTS_LEVELS];
    uint64_t word_counts[STARTS_LEVELS];
    unsigned level_count;
};

/* Begin an empty set of numbers below `limit`, which is not 0. False where there is no memory. */
bool starts_begin(struct starts *starts, uint64_t limit);
void starts_finish(struct starts *starts);

/* Add a number that is not there; take out one that is.
 *   cost  O(levels), as of the others */
void starts_add(struct starts *starts, uint64_t number);
void starts_drop(struct starts *starts, uint64_t number);

/* The largest number below `end`, which may be the limit; and the least from `from` on.
 *   returns  false where there is none */
bool starts_find_below(const struct starts *starts, uint64_t end, uint64_t *ret_number);
bool starts_find_from(const struct starts *starts, uint64_t from, uint64_t *ret_number);

#endif
