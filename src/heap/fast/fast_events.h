/* fast_events.h: what the fast engine reports, at the cost of a branch where nobody watches. */
#ifndef HEAP_FAST_EVENTS_H
#define HEAP_FAST_EVENTS_H

#include "heap/fast/fast_layout.h"

static inline bool fast_is_watched(const struct fast *fast)
{
    return hg_is_watched(&fast->heap);
}

/* To somebody who watches: an event about `block`, one of `units`; and its being on `list`. */
void hg_fast_tell(const struct fast *fast, enum hg_event_kind kind, const struct fast_block *block,
                  uint32_t units, uint64_t other);
void hg_fast_tell_list(const struct fast *fast, enum hg_event_kind kind, uint32_t list,
                       const struct fast_block *block, uint32_t units);

static inline void fast_tell(const struct fast *fast, enum hg_event_kind kind,
                             const struct fast_block *block, uint32_t units, uint64_t other)
{
    if (fast_is_watched(fast))
        hg_fast_tell(fast, kind, block, units, other);
}

static inline void fast_tell_list(const struct fast *fast, enum hg_event_kind kind, uint32_t list,
                                  const struct fast_block *block, uint32_t units)
{
    if (fast_is_watched(fast))
        hg_fast_tell_list(fast, kind, list, block, units);
}

static inline void fast_tell_visit(const struct fast *fast, uint32_t list,
                                   const struct fast_block *block, bool fits)
{
    if (fast_is_watched(fast))
        hg_emit_visit(&fast->heap, list, block, fast_bytes(block->units), fits);
}

/* A request is answered with the first of `list`, just as it is: `size` bytes at `at`. */
void hg_fast_tell_reused(const struct fast *fast, uint32_t list, const void *at, uint64_t size);

#endif
