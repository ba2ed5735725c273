/* fast_allocate.h: answering requests with blocks: one that waits on a quick list, one that is
 * free, or a new one. Each ends in a payload that was handed over, or in a refusal.
 *
 * Where nobody watches, each step ends in the next, so that none has to return. */
#ifndef HEAP_FAST_ALLOCATE_H
#define HEAP_FAST_ALLOCATE_H

#include "heap/fast/fast_events.h"
#include "heap/fast/fast_quick.h"

/* A payload in a block of just `units` that waits; NULL if none does. */
FAST_PATH void *fast_allocate_waiting(struct fast *fast, uint64_t units, const bool watched)
{
    struct fast_block *block = fast_quick_take(fast, units);

    if (!block)
        return NULL;
    if (watched && fast_is_watched(fast))
        hg_fast_tell_reused(fast, FAST_LIST_QUICK + block->units, block, fast_bytes(block->units));
    return fast_payload(block);
}

/* A payload in a block of `units`: a free one; or, when all that is held back is free and still
 * none fits, one at the break, which moves up by what the last block lacks. NULL, and a refusal, if
 * it does not move. */
void *hg_fast_allocate_near_best(struct fast *fast, uint64_t units); /* segregated, unwatched */
void *hg_fast_allocate_good(struct fast *fast, uint64_t units);      /* tlsf, unwatched */
void *hg_fast_allocate_watched(struct fast *fast, uint64_t units);   /* either, watched */

/* Refuse a request for a block of `units`, and say why. Returns NULL. */
void *hg_fast_refuse(const struct fast *fast, uint64_t units);

#endif
