/* fit_read.c: see fit_read.h. */
#include "heap/fit/fit_read.h"

struct fit_frame hg_fit_frame(const struct hg_heap *heap, size_t extent)
{
    struct fit_frame frame = {
        .fit = (const struct fit *)heap,
        .layout = hg_fit_layout(&((const struct fit *)heap)->settings),
    };

    frame.first = hg_fit_first_at(&frame.layout);
    frame.end = extent - frame.layout.header;
    return frame;
}

bool hg_fit_can_start(const struct fit_frame *frame, uint64_t at)
{
    return at >= frame->first && at < frame->end && frame->layout.min_block <= frame->end - at &&
           ((at - frame->first) & (frame->layout.alignment - 1)) == 0;
}

bool hg_fit_read(const struct fit_frame *frame, uint64_t at, struct hg_block *ret_block)
{
    const struct fit_block *block = fit_at(frame->fit, (ptrdiff_t)at);
    uint64_t size;
    bool used;

    if (!hg_fit_can_start(frame, at))
        return false;
    size = fit_size(block);
    used = fit_is_used(block);
    if (size < frame->layout.min_block || size > frame->end - at ||
        (size & (frame->layout.alignment - 1)) != 0)
        return false;
    *ret_block = (struct hg_block){
        .at = at,
        .size = size,
        .header = (uint32_t)frame->layout.header,
        .footer = (uint32_t)(used ? frame->layout.used_footer : FIT_FOOTER),
        .list = used ? HG_NO_LIST : 0,
        .kind = used ? HG_KIND_USED : HG_KIND_FREE,
    };
    return true;
}

void hg_fit_walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                 hg_block_visitor *visitor, void *context)
{
    enum { AHEAD = 4096 }; /* bytes: no block leads to more than the next one */
    struct fit_frame frame = hg_fit_frame(heap, extent);
    struct hg_block block = hg_other_block(HG_KIND_BOOKKEEPING, 0, frame.first);

    if (from == 0) {
        if (!visitor(context, &block))
            return;
        from = frame.first;
    }
    for (; from < frame.end; from += block.size) {
        __builtin_prefetch((const char *)heap + from + AHEAD);
        if (!hg_fit_read(&frame, from, &block))
            block = hg_other_block(HG_KIND_UNREADABLE, from, extent);
        if (!visitor(context, &block))
            return;
    }
    if (from == frame.end) {
        block = hg_other_block(HG_KIND_BOOKKEEPING, frame.end, extent);
        visitor(context, &block);
    }
}

struct hg_list_end hg_fit_list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                                    hg_list_visitor *visitor, void *context)
{
    struct fit_frame frame = hg_fit_frame(heap, extent);
    const struct fit_block *block = frame.fit->head;
    uint64_t most = (frame.end - frame.first) / frame.layout.alignment;

    (void)list;
    for (; block && most > 0; most--) {
        uint64_t at = hg_offset(heap, block);

        if (!hg_fit_can_start(&frame, at))
            return hg_list_ends(HG_LIST_LOST, block);
        if (!visitor(context, at))
            return hg_list_ends(HG_LIST_STOPPED, NULL);
        block = fit_links(&frame.layout, block)->next;
    }
    return hg_list_ends(block ? HG_LIST_ENDLESS : HG_LIST_ENDED, block);
}
