/* simulator.h: the four fits as the textbooks define them, on a list of holes instead of memory.
 * An independent judge: it shares nothing with the library but the names of the settings.
 *
 * The definitions (Knuth, TAOCP 1, section 2.5; Wilson, Johnstone, Neely and Boles, "Dynamic
 * storage allocation", section 3; OSTEP, chapter 17):
 *  - first fit takes the first hole on the list that is large enough; best fit the smallest, worst
 *    fit the largest, of several such the first on the list;
 *  - next fit searches from where the last request was satisfied, and around: from what is left of
 *    that hole, or, where nothing is left, from the next one on the list. A hole that merges takes
 *    this mark along;
 *  - what is left of a hole stays in its place on the list, unless the list is sorted by size;
 *  - a hole enters the list at the head (lifo), at the tail (fifo), or where it is sorted to,
 *    before its equals;
 *  - memory that the heap grows by joins the hole at its end, where holes merge at all. */
#ifndef TESTS_HEAP_SIMULATOR_H
#define TESTS_HEAP_SIMULATOR_H

#include "heapglass/heap.h"

enum { SIMULATOR_BLOCKS_MAX = 4096 };

enum simulator_fit { SIMULATE_FIRST, SIMULATE_NEXT, SIMULATE_BEST, SIMULATE_WORST };

/* What lies at the offset `at`: a hole, or a block in use. */
struct extent {
    uint64_t at, size;
};

struct extents {
    struct extent items[SIMULATOR_BLOCKS_MAX];
    size_t count;
};

struct simulator {
    enum simulator_fit fit;
    struct hg_config config;
    uint64_t min_block;
    uint64_t end;         /* offset behind the last block */
    uint64_t rover;       /* the hole where next fit goes on; 0 for the head of the list */
    struct extents holes; /* in the order of the list */
    struct extents used;  /* in any order */
};

/* A heap whose blocks are to lie from `start` to `end`, all of it one hole. */
void simulator_init(struct simulator *simulator, enum simulator_fit fit,
                    const struct hg_config *config, uint64_t start, uint64_t end);

/* Allocate; returns the payload's offset. The heap grows without limit. */
uint64_t simulator_allocate(struct simulator *simulator, uint64_t size);

/* Free the payload at this offset. */
void simulator_free(struct simulator *simulator, uint64_t payload);

/* Merge all holes that touch, lowest first, and trim, unless the setting is never. */
void simulator_coalesce(struct simulator *simulator);

#endif
