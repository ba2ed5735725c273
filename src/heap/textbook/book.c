/* book.c: see book.h. */
#include "heap/textbook/book.h"

#include <string.h>

uint64_t hg_book_gap(const struct hg_heap *heap, uint64_t payload, uint64_t alignment,
                     uint64_t least)
{
    uint64_t address = (uintptr_t)heap + payload, aligned = bits_align_up(address, alignment);

    if (aligned != address)
        aligned = bits_align_up(address + least, alignment);
    return aligned - address;
}

uint64_t hg_book_growth(const struct hg_settings *settings, uint64_t size)
{
    return settings->grow == HG_GROW_EXACT || settings->grow < size ? size : settings->grow;
}

void *hg_book_move(const struct hg_engine *engine, struct hg_heap *heap, void *payload, void *to,
                   size_t size)
{
    size_t usable = engine->usable_size(heap, payload), shared = usable < size ? usable : size;

    if (!to)
        return NULL;
    memcpy(to, payload, shared);
    hg_emit_at(heap, HG_EVENT_COPY, to, shared, hg_offset(heap, payload));
    engine->release(heap, payload);
    return to;
}

void *hg_book_allocate(const struct hg_engine *engine, struct hg_heap *heap, size_t size)
{
    return engine->allocate_aligned(heap, size, 1);
}

/* ---- Reading back ---- */

void hg_book_walk(struct book_reader *reader, uint64_t from, hg_block_visitor *visitor,
                  void *context)
{
    struct hg_block block = hg_other_block(HG_KIND_BOOKKEEPING, 0, reader->first);

    if (from == 0) {
        if (!visitor(context, &block))
            return;
        from = reader->first;
    }
    for (; from < reader->end; from += block.size) {
        if (!reader->read(reader, from, &block))
            block = hg_other_block(HG_KIND_UNREADABLE, from, reader->extent);
        if (!visitor(context, &block))
            return;
    }
    if (from == reader->end && reader->end < reader->extent) {
        block = hg_other_block(HG_KIND_BOOKKEEPING, reader->end, reader->extent);
        visitor(context, &block);
    }
}

struct hg_list_end hg_book_walk_free(struct book_reader *reader, hg_list_visitor *visitor,
                                     void *context)
{
    struct hg_block block;

    for (uint64_t at = reader->first; at < reader->end; at += block.size) {
        if (!reader->read(reader, at, &block))
            return hg_list_ends(HG_LIST_LOST, (const char *)reader->heap + at);
        if (block.kind == HG_KIND_FREE && !visitor(context, at))
            return hg_list_ends(HG_LIST_STOPPED, NULL);
    }
    return hg_list_ends(HG_LIST_ENDED, NULL);
}

struct count {
    uint64_t below, until;
};

static bool count_one(void *context, uint64_t at)
{
    struct count *count = context;

    if (at >= count->until)
        return false;
    count->below++;
    return true;
}

uint64_t hg_book_place(struct book_reader *reader, uint64_t at)
{
    struct count count = {.until = at};

    if (hg_is_watched(reader->heap))
        hg_book_walk_free(reader, count_one, &count);
    return count.below;
}

uint32_t hg_book_list_count(const struct hg_settings *settings)
{
    (void)settings;
    return 1;
}

void hg_book_coalesce(struct hg_heap *heap)
{
    (void)heap;
}
