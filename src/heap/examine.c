/* examine.c: what an address is to a heap, found by walking up to it. */
#include "heap/engine.h"

struct search {
    uint64_t at; /* of the address */
    struct hg_block block;
};

static bool stop_around(void *context, const struct hg_block *block)
{
    struct search *search = context;

    if (search->at - block->at >= block->size)
        return true;
    search->block = *block;
    return false;
}

static enum hg_pointer_kind kind_in(const struct hg_block *block, int64_t distance)
{
    switch ((enum hg_kind)block->kind) {
    case HG_KIND_FREE: return HG_POINTER_FREE;
    case HG_KIND_USED: return distance == 0 ? HG_POINTER_LIVE : HG_POINTER_INSIDE;
    case HG_KIND_BOOKKEEPING:
    case HG_KIND_UNTOLD:
    case HG_KIND_UNREADABLE: break;
    }
    return HG_POINTER_BOOKKEEPING;
}

enum hg_pointer_kind hg_examine(const struct hg_heap *heap, size_t extent, const void *address,
                                struct hg_pointer_report *ret_report)
{
    struct search search = {.at = hg_offset(heap, address)};

    *ret_report = (struct hg_pointer_report){.kind = HG_POINTER_OUTSIDE};
    if (search.at >= extent)
        return HG_POINTER_OUTSIDE;
    hg_walk(heap, extent, 0, stop_around, &search);
    ret_report->block = search.block;
    ret_report->distance = (int64_t)(search.at - search.block.at - search.block.header);
    ret_report->kind = kind_in(&search.block, ret_report->distance);
    return ret_report->kind;
}
