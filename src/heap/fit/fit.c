/* fit.c: the operations of the teaching engine, each a composition of the four acts: request (how
 * large a block), search (which one), split, and handover. */
#include "heap/fit/fit.h"

#include <string.h>

#include "base/bits.h"
#include "heap/fit/fit_break.h"
#include "heap/fit/fit_check.h"
#include "heap/fit/fit_header.h"
#include "heap/fit/fit_index.h"
#include "heap/fit/fit_list.h"
#include "heap/fit/fit_place.h"
#include "heap/fit/fit_read.h"
#include "heap/fit/fit_roll.h"
#include "heap/fit/fit_search.h"

static const char *problem(const struct hg_settings *settings, unsigned *ret_setting)
{
    if (settings->grow % settings->alignment) {
        *ret_setting = HG_SETTING_GROW;
        return "must be a multiple of the alignment";
    }
    if (settings->min_block != HG_MIN_BLOCK_AUTO &&
        settings->min_block < hg_fit_smallest_block(settings)) {
        *ret_setting = HG_SETTING_MIN_BLOCK;
        return "is too small for a free block's header, two links and footer";
    }
    return NULL;
}

static size_t open_size(const struct hg_settings *settings)
{
    struct fit_layout layout = hg_fit_layout(settings);
    size_t least = hg_fit_first_at(&layout) + layout.header;
    size_t unit = settings->grow;
    size_t size, rest;

    if (unit == HG_GROW_EXACT)
        return least;
    size = bits_round_up(least, unit);
    rest = size - least;
    if (rest > 0 && rest < layout.min_block)
        size += bits_round_up(layout.min_block - rest, unit);
    return size;
}

static void open(struct hg_heap *heap, const struct hg_settings *settings)
{
    struct fit *fit = fit_of(heap);
    struct fit_layout layout = hg_fit_layout(settings);
    struct fit_block *end;
    size_t size;

    hg_fit_roll_drop(fit);
    memset((char *)fit + sizeof *heap, 0, sizeof *fit - sizeof *heap);
    fit->settings = *settings;
    fit->layout = layout;
    fit->first = fit_at(fit, (ptrdiff_t)hg_fit_first_at(&layout));
    fit->first[-1].tag = FIT_USED; /* a footer, as if there were a used block to its left */
    end = fit_end(fit);
    end->tag = FIT_USED | (layout.used_footer ? 0 : FIT_LEFT_USED);
    size = (size_t)((char *)end - (char *)fit->first);
    if (size > 0) {
        hg_emit_at(heap, HG_EVENT_FRESH, fit->first, size, 0);
        hg_fit_write(fit, fit->first, size, layout.used_footer ? 0 : FIT_LEFT_USED);
        hg_fit_push(fit, fit->first);
    }
}

static void report_request(const struct fit *fit, size_t size, const struct fit_need *need)
{
    hg_emit_at(&fit->heap, HG_EVENT_REQUEST, NULL, size, need->size);
}

/* Search, split and hand over; grow where the search finds nothing. */
static void *obtain(struct fit *fit, const struct fit_need *need)
{
    struct fit_block *block = hg_fit_search(fit, need);

    if (!block && hg_fit_coalesce(fit))
        block = hg_fit_search(fit, need);
    if (!block)
        block = hg_fit_extend(fit, need);
    if (!block)
        return hg_refuse(&fit->heap, HG_REASON_NO_MEMORY, need->size);
    return fit_payload(&fit->layout, hg_fit_place(fit, block, need));
}

static struct fit_need need_of(const struct fit *fit, size_t size, size_t alignment)
{
    size_t own = fit->layout.alignment;

    return (struct fit_need){.size = fit_block_size(&fit->layout, size),
                             .alignment = alignment > own ? alignment : own};
}

static void *allocate_aligned(struct hg_heap *heap, size_t size, size_t alignment)
{
    struct fit *fit = fit_of(heap);
    struct fit_need need = need_of(fit, size, alignment);

    report_request(fit, size, &need);
    return obtain(fit, &need);
}

static void *allocate(struct hg_heap *heap, size_t size)
{
    return allocate_aligned(heap, size, 1);
}

/* Make `block`, until now used, free, list what trimming leaves of it, and discard pages if much is
 * idle. */
static void release_block(struct fit *fit, struct fit_block *block)
{
    block = hg_fit_free(fit, block);
    block = hg_fit_trim(fit, block, fit_kept(fit, block));
    if (block)
        hg_fit_push(fit, block);
    if (hg_idle_is_too_much(&fit->idle, &fit->settings))
        hg_fit_discard(fit, hg_release_least(&fit->settings));
}

static bool release(struct hg_heap *heap, void *payload)
{
    struct fit *fit = fit_of(heap);

    release_block(fit, fit_block_of(&fit->layout, payload));
    return true;
}

/* Cut `block`, used, down to `size` if the rest is worth a block; the rest becomes free. */
static void shrink(struct fit *fit, struct fit_block *block, size_t size)
{
    struct fit_block *rest = hg_fit_cut(fit, block, size);

    if (rest)
        release_block(fit, rest);
}

static size_t usable_size(const struct hg_heap *heap, const void *payload)
{
    const struct fit_layout *layout = &((const struct fit *)heap)->layout;

    return fit_size(fit_block_of(layout, payload)) - layout->header - layout->used_footer;
}

/* Bytes that `block`, used, can grow to by taking in its right neighbour. */
static size_t room_to_the_right(const struct fit_block *block)
{
    const struct fit_block *right = fit_right(block);

    return fit_size(block) + (fit_is_used(right) ? 0 : fit_size(right));
}

/* Enlarge `block`, used, to `size` without moving it: into its right neighbour, or with it to a
 * higher break. Returns false, with nothing changed, where that is not possible. */
static bool enlarge_in_place(struct fit *fit, struct fit_block *block, size_t size)
{
    size_t room = room_to_the_right(block);

    if (fit->settings.coalesce == HG_COALESCE_NEVER)
        return false;
    if (room < size) {
        bool is_last = fit_at(block, (ptrdiff_t)room) == fit_end(fit);

        if (!is_last || !hg_fit_grow(fit, size - room))
            return false;
    }
    hg_fit_absorb(fit, block);
    shrink(fit, block, size);
    return true;
}

static void *move(struct fit *fit, void *payload, const struct fit_need *need)
{
    size_t used = usable_size(&fit->heap, payload);
    void *moved = obtain(fit, need);

    if (!moved)
        return NULL;
    memcpy(moved, payload, used);
    hg_emit_at(&fit->heap, HG_EVENT_COPY, moved, used, hg_offset(&fit->heap, payload));
    release(&fit->heap, payload);
    return moved;
}

static void *reallocate(struct hg_heap *heap, void *payload, size_t size)
{
    struct fit *fit = fit_of(heap);
    struct fit_block *block = fit_block_of(&fit->layout, payload);
    struct fit_need need = need_of(fit, size, 1);

    report_request(fit, size, &need);
    if (need.size <= fit_size(block))
        shrink(fit, block, need.size);
    else if (!enlarge_in_place(fit, block, need.size))
        return move(fit, payload, &need);
    hg_emit_at(heap, HG_EVENT_HANDOVER, block, fit_size(block), 0);
    return payload;
}

static void coalesce(struct hg_heap *heap)
{
    hg_fit_coalesce(fit_of(heap));
    hg_fit_trim_wilderness(fit_of(heap));
}

static void allow_index(struct hg_heap *heap)
{
    heap->flags |= FIT_MAY_INDEX;
}

static uint32_t list_count(const struct hg_settings *settings)
{
    (void)settings;
    return 1;
}

static struct hg_list_info list_info(const struct hg_settings *settings, unsigned variant,
                                     uint32_t list)
{
    (void)settings;
    (void)variant;
    (void)list;
    return hg_list_named(HG_LIST_ROLE_FREE_LIST, sizeof(struct fit_links), "free");
}

static uint64_t served(const struct hg_settings *settings, unsigned variant, uint64_t block)
{
    struct fit_layout layout = hg_fit_layout(settings);
    uint64_t tags = layout.header + layout.used_footer;

    (void)variant;
    return block > tags ? block - tags : 0;
}

const struct hg_engine hg_fit_engine = {
    .problem = problem,
    .open_size = open_size,
    .open = open,
    .settings = hg_settings_behind,
    .state_size = sizeof(struct fit),
    .allocate = allocate,
    .allocate_aligned = allocate_aligned,
    .reallocate = reallocate,
    .release = release,
    .usable_size = usable_size,
    .coalesce = coalesce,
    .trim = hg_fit_trim_all,
    .allow_index = allow_index,
    .set = hg_settings_set_behind,
    .walk = hg_fit_walk,
    .check = hg_fit_check,
    .list_walk = hg_fit_list_walk,
    .list_count = list_count,
    .list_info = list_info,
    .header = hg_fit_header,
    .served = served,
    .searches_all = true,
};
