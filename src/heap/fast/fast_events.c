/* fast_events.c: see fast_events.h. */
#include "heap/fast/fast_events.h"

void hg_fast_tell(const struct fast *fast, enum hg_event_kind kind, const struct fast_block *block,
                  uint32_t units, uint64_t other)
{
    hg_emit_at(&fast->heap, kind, block, fast_bytes(units), other);
}

void hg_fast_tell_list(const struct fast *fast, enum hg_event_kind kind, uint32_t list,
                       const struct fast_block *block, uint32_t units)
{
    hg_emit_list(&fast->heap, kind, list, block, fast_bytes(units), 0);
}

void hg_fast_tell_reused(const struct fast *fast, uint32_t list, const void *at, uint64_t size)
{
    hg_emit_visit(&fast->heap, list, at, size, true);
    hg_emit_list(&fast->heap, HG_EVENT_TAKE, list, at, size, 0);
    hg_emit_at(&fast->heap, HG_EVENT_WHOLE, at, size, 0);
    hg_emit_at(&fast->heap, HG_EVENT_HANDOVER, at, size, 0);
}
