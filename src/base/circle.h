/* circle.h: whether a walk goes round, seen along the way without remembering where it was: Brent's
 * way. Each place must have one that follows it, always the same.
 *   source  R. P. Brent, An improved Monte Carlo factorization algorithm, BIT 20 (1980) */
#ifndef BASE_CIRCLE_H
#define BASE_CIRCLE_H

#include <stdbool.h>
#include <stdint.h>

/* One that is all zero has been nowhere. */
struct circle {
    uint64_t place;        /* one that was met, */
    uint64_t count, until; /* how many steps ago, and how many more it is kept for */
};

/* Note the next place; whether it was met before. A circle is seen before as many steps again are
 * taken three times as lead to it and once round it; then `count` is how many lead round. */
static inline bool circle_closes(struct circle *circle, uint64_t place)
{
    circle->count++;
    if (circle->until > 0 && place == circle->place)
        return true;
    if (circle->count >= circle->until) {
        circle->until = circle->until > 0 ? 2 * circle->until : 1;
        circle->place = place;
        circle->count = 0;
    }
    return false;
}

#endif
