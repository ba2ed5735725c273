/* payloads.h: what an allocator answered, kept so that each answer can be looked at: whether it is
 * where it may be, whether it overlaps with another, and whether it still holds what was written to
 * it. None of its memory is the allocator's.
 *
 * Where live payloads begin, in grains of 8 bytes of the heap, is an ordered set, so that whom one
 * overlaps with is found among its neighbours. What always holds: those that are not tainted
 * overlap with none. */
#ifndef OWN_PAYLOADS_H
#define OWN_PAYLOADS_H

#include <stdbool.h>

#include "own/sheet.h"
#include "own/starts.h"
#include "own/subject.h"

struct payload {
    char *start; /* NULL while it is not live */
    uint64_t size;
    uint64_t step; /* that handed it out */
    uint32_t next; /* 1 + the id of another that begins in the same grain; 0 for none */
    bool is_live;
    bool is_placed;  /* it is in the set */
    bool is_tainted; /* what it holds is not looked at: somebody else may write there */
};

struct payloads {
    struct sheet *sheet;
    const struct subject *subject; /* whose they are */
    struct payload *items;         /* for each id */
    struct starts starts;          /* the grains in which one begins, */
    uint32_t *firsts;              /* and for each of them 1 + the id of the first that does */
    uint64_t grain_count;
    const char *heap; /* where it begins */
    uint64_t reach;   /* where the payload ended that reached farthest in it */
};

/* Memory that is zero, and not of what a process's heap may have; NULL where there is none. */
void *payloads_map(uint64_t size);

/* Prepare for the heap that begins at `heap`. False where there is no memory.
 *   subject  which may be filled in later, and outlives them */
bool payloads_begin(struct payloads *payloads, struct sheet *sheet, const struct subject *subject,
                    const char *heap);
void payloads_finish(struct payloads *payloads);

/* The allocator answered `start` for `id`: look at that, and fill it.
 *   filled  so many bytes of it hold already what `id` has to hold
 *   cost    O(log heap), and O(size) for what is filled, as long as there is no overlap */
void payloads_take(struct payloads *payloads, uint32_t id, void *start, uint64_t size,
                   uint64_t filled);

/* The payload of `id` is about to be given back, or is no more. */
void payloads_drop(struct payloads *payloads, uint32_t id);

/* Look whether the first `size` bytes at `start` are what `id` has to hold; note a fault of `kind`
 * where they are not. Returns whether they are. */
bool payloads_verify(struct payloads *payloads, uint32_t id, const void *start, uint64_t size,
                     enum fault_kind kind);

/* Note that a request was answered with NULL, by an allocator that has such a function or by none;
 * or was not where it must be. */
void payloads_refuse(struct payloads *payloads, uint32_t id, uint64_t size, bool is_able);
void payloads_not_null(struct payloads *payloads, uint32_t id, const void *start);

/* All payloads are no more. */
void payloads_clear(struct payloads *payloads);

#endif
