/* moving.h: how far the entries of a hash table have moved into a larger one that is to take its
 * place, a few with each entry that is added, so that none waits for all of them.
 *
 * A search in the table goes from an entry's home to the first free place. The entries move in the
 * order of their places, whole rows without a free place at a time, and leave their places free:
 *
 *     begins                           begins + seen
 *       . . . . . . . . . . . . . . . . . A B C . D . . E F .
 *       └──── homes that are passed ────┘└── those that are not ──┘
 *
 * What always holds: an entry whose home is passed is in the larger table, any other in this one,
 * and the places at both ends of what is passed are free, so that a search goes on in one of the
 * two alone. Homes in the larger table are in the same order. So that one is written from its
 * beginning to its end, and the system has to make a part of its memory at a time, never all of it
 * at once, as it would where entries fall all over a table that is new. */
#ifndef BASE_MOVING_H
#define BASE_MOVING_H

#include <stdbool.h>
#include <stddef.h>

/* One that is all zero is of no table. */
struct moving {
    size_t places; /* of the table that entries move out of; 0 for none */
    size_t begins; /* a place that was free when they began to move */
    size_t seen;   /* places from there on that they have left */
};

/* Whether entries at this home have moved. */
static inline bool moving_has_passed(const struct moving *moving, size_t home)
{
    size_t behind =
        home >= moving->begins ? home - moving->begins : home + moving->places - moving->begins;

    return behind < moving->seen;
}

/* The place that comes next. */
static inline size_t moving_place(const struct moving *moving)
{
    return (moving->begins + moving->seen) % moving->places;
}

/* Whether to stop at the next place, after so many others: it is free. */
static inline bool moving_rests(const struct moving *moving, size_t moved, size_t most)
{
    return moved >= most || moving->seen >= moving->places;
}

/* Whether all are past. */
static inline bool moving_is_done(const struct moving *moving)
{
    return moving->seen >= moving->places;
}

#endif
