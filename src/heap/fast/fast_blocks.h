/* fast_blocks.h: where blocks come from, and what becomes of them. */
#ifndef HEAP_FAST_BLOCKS_H
#define HEAP_FAST_BLOCKS_H

#include "heap/fast/fast.h"

/* ---- fast_obtain.c: from a bin, from what is held back, or from the break ---- */

/* A used block of just `units`: from a bin, or, when all that is held back is free and still
 * nothing fits, from the break, which moves up by what the last block lacks. NULL if it does not
 * move. Of its events the last, which says what the block is for, is the caller's. */
struct fast_block *hg_fast_obtain(struct fast *fast, uint32_t units);

/* The same from a free block alone; NULL if there is none. */
struct fast_block *hg_fast_obtain_free(struct fast *fast, uint32_t units);

/* The same where nobody watches, under segregated, and under tlsf: the payload, or a refusal. */
void *hg_fast_answer_near_best(struct fast *fast, uint64_t units);
void *hg_fast_answer_good(struct fast *fast, uint64_t units);

/* The same under segregated from a free block alone; NULL if there is none. */
void *hg_fast_answer_from_free(struct fast *fast, uint32_t units);

/* Whether there is a free block for `units`, or what is held back gives one. */
bool hg_fast_can_find(struct fast *fast, uint32_t units);

/* A block that is wanted. Its place, counted from `base`, is a multiple of `alignment`. */
struct fast_need {
    uint32_t units;
    uint32_t alignment; /* in grains, a power of two */
    uint32_t base;
};

/* A used block for `need`.
 *   may_grow  from the break, too */
struct fast_block *hg_fast_obtain_aligned(struct fast *fast, const struct fast_need *need,
                                          bool may_grow);

/* The same for the `units` to the right of `block`: of a free block or, with `may_grow`, from the
 * break, if `block` is the last. */
struct fast_block *hg_fast_obtain_right(struct fast *fast, const struct fast_block *block,
                                        uint32_t units, bool may_grow);

/* ---- fast_blocks.c: splitting and merging ---- */

/* Make `block`, of `units`, free and list it. Its neighbours must be used.
 *   left     what its own LEFT flags must say */
void hg_fast_make_free(struct fast *fast, struct fast_block *block, uint32_t units, uint32_t left);

/* Make `block`, used, free: merge it with its free neighbours, and list the whole, or give it back
 * to the system. */
void hg_fast_release(struct fast *fast, struct fast_block *block);

/* The same for a block that is used for its neighbours only, and was reported to be free. Always
 * true, so that what frees can end in it. */
bool hg_fast_settle(struct fast *fast, struct fast_block *block);

/* Cut `block`, used, down to `units`, fewer than it has; the rest becomes free. */
void hg_fast_cut(struct fast *fast, struct fast_block *block, uint32_t units);

/* Enlarge `block`, used, to `units` without moving it: into a free right neighbour, or with it to a
 * higher break. False, and nothing changed, where that is not possible. */
bool hg_fast_enlarge(struct fast *fast, struct fast_block *block, uint32_t units);

#endif
