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
    char *start;           /* NULL while it is not live */
    uint64_t size, filled; /* bytes; so many from its start on hold what they have to */
    uint64_t step;         /* that handed it out */
    uint64_t asked;        /* the last step about it of those that are asked for at once */
    uint32_t next;         /* 1 + the id of another that begins in the same grain; 0 for none */
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
void payloads_unmap(void *memory, uint64_t size); /* or NULL */

/* Prepare for the heap that begins at `heap`. False where there is no memory.
 *   subject  which may be filled in later, and outlives them */
bool payloads_begin(struct payloads *payloads, struct sheet *sheet, const struct subject *subject,
                    const char *heap);
void payloads_finish(struct payloads *payloads);

/* The allocator answered `start` for `id`: look at that.
 *   filled  so many bytes of it are to hold already what `id` has to hold
 *   cost    O(log heap) as long as there is no overlap */
void payloads_take(struct payloads *payloads, uint32_t id, void *start, uint64_t size,
                   uint64_t filled);

/* The payload of `id` is about to be given back, or is no more. */
void payloads_drop(struct payloads *payloads, uint32_t id);

/* A payload that is looked at, or filled: the fault that it is where it does not hold what it has
 * to, and the step that is to blame then. */
struct look {
    uint32_t id;
    enum fault_kind kind;
    uint64_t step;
};

/* Look whether payloads hold what they are filled with, as far as they are;
 * of one that does not nothing counts as filled any more. One that is not live, or that somebody
 * else may write to, is left out.
 *   cost  O(size) of them all */
void payloads_verify(struct payloads *payloads, const struct look *looks, size_t count);

/* Fill what is not filled of them, likewise. */
void payloads_fill(struct payloads *payloads, const struct look *looks, size_t count);

/* Note that a request was answered with NULL, by an allocator that has such a function or by none;
 * or was not where it must be. */
void payloads_refuse(struct payloads *payloads, uint32_t id, uint64_t size, bool is_able);
void payloads_not_null(struct payloads *payloads, uint32_t id, const void *start);

/* All payloads are no more. */
void payloads_clear(struct payloads *payloads);

#endif
