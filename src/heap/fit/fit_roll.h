/* fit_roll.h: the free list once more, as an array beside the heap, by which a search goes through
 * a long list, where somebody watches.
 *
 *      | ... room ... | head | next | next | ... | tail | ... room ... |    eight bytes each
 *
 * Blocks lie far apart, and to go from one to the next waits for memory each time; an array is read
 * at once. What is looked at, in which order, and what is told of it are the list's. The index
 * (fit_index.h) lies in free blocks, and changes what they hold; this leaves the heap as it is.
 *
 * What always holds while there is a roll: it has all free blocks, with their sizes, in the list's
 * order. It is made when a search would go along a long list and the observer brings memory for it
 * (heap/aside.h), and given up where something is taken off that it does not have; and where
 * searches end early, so that to keep it up costs more than it spares. */
#ifndef HEAP_FIT_ROLL_H
#define HEAP_FIT_ROLL_H

#include "heap/aside.h"
#include "heap/fit/fit_layout.h"

enum {
    FIT_ROLL_LEAST = 1024, /* free blocks: a shorter list is near enough */
    FIT_ROLL_LONG = 8192,  /* so many are looked at along the list where a search may end early */
    FIT_ROLL_IDLE = 512    /* searches without a use for it, one after the other */
};

/* A block, in words: where it lies, from the heap's start, and its size. */
struct fit_entry {
    uint32_t place, size;
};

struct fit_roll {
    uint32_t room, first, count; /* entries, where the head's is, and how many are used */
    uint32_t last;               /* how many were before the one taken off or put on last */
    uint32_t idle;               /* searches that had no use for it, since one had */
    struct fit_entry entries[];
};

/* The roll, if there is one. */
static inline struct fit_roll *fit_roll(const struct fit *fit)
{
    const struct hg_aside *aside = hg_aside_of(&fit->heap);

    return aside && aside->is_kept ? aside->memory : NULL;
}

/* The same; it is made if there is none, there is room, and it pays. */
struct fit_roll *hg_fit_roll_make(const struct fit *fit);

/* Forget it. */
void hg_fit_roll_drop(const struct fit *fit);

/* The i-th block from the head, and its size. */
static inline struct fit_block *fit_roll_block(const struct fit *fit, const struct fit_roll *roll,
                                               uint32_t i)
{
    return fit_at(fit, (ptrdiff_t)roll->entries[roll->first + i].place * (ptrdiff_t)FIT_FOOTER);
}

static inline size_t fit_roll_size(const struct fit_roll *roll, uint32_t i)
{
    return roll->entries[roll->first + i].size * FIT_FOOTER;
}

/* How many are before a block on the list, NULL being its end. */
uint32_t hg_fit_roll_find(const struct fit *fit, const struct fit_roll *roll,
                          const struct fit_block *block);

/* A search had no use for the roll. After many such it is given up. */
void hg_fit_roll_spare(const struct fit *fit);

/* A block was put on the list, behind so many others, or behind `prev`, NULL for none; or was taken
 * off. Nothing happens where there is no roll.
 *   cost  O(free blocks), a few nanoseconds for a hundred of them */
void hg_fit_roll_push(const struct fit *fit, const struct fit_block *block, uint64_t position);
void hg_fit_roll_push_behind(const struct fit *fit, const struct fit_block *block,
                             const struct fit_block *prev);
void hg_fit_roll_remove(const struct fit *fit, const struct fit_block *block);

#endif
