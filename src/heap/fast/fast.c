/* fast.c: the fast engine's tables of functions, and opening a heap. */
#include "heap/fast/fast.h"

#include <string.h>

#include "heap/fast/fast_bins.h"
#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_check.h"
#include "heap/fast/fast_header.h"
#include "heap/fast/fast_idle.h"
#include "heap/fast/fast_payloads.h"
#include "heap/fast/fast_quick.h"
#include "heap/fast/fast_read.h"
#include "heap/fast/fast_realloc.h"
#include "heap/fast/fast_room.h"
#include "heap/fast/fast_tags.h"
#include "heap/fast/fast_take.h"

/* ---- Opening ---- */

static size_t tlsf_open_size(const struct hg_settings *settings)
{
    (void)settings;
    return fast_first_at(true) + FAST_HEADER;
}

static size_t segregated_open_size(const struct hg_settings *settings)
{
    (void)settings;
    return fast_first_at(false) + FAST_NURSERY * FAST_GRAIN + FAST_HEADER;
}

/* What may be set at any time. */
static void set(struct hg_heap *heap, const struct hg_settings *settings)
{
    struct fast *fast = fast_of(heap);
    unsigned log2 = settings->release ? bits_floor_log2(settings->release) : 0;
    unsigned others = (1u << FAST_RELEASE_SHIFT) - 1;

    fast->trim = settings->trim & FAST_TRIM_NEVER;
    if (log2 == 0)
        fast->idle = 0;
    heap->flags = (uint16_t)((heap->flags & others) | log2 << FAST_RELEASE_SHIFT);
}

/* The flags of a switch: `has` unless it is off, and with it `always`. */
static unsigned flags_of(uint8_t value, unsigned has, unsigned always)
{
    return value == HG_SWITCH_OFF ? 0 : value == HG_SWITCH_ALWAYS ? has | always : has;
}

static uint8_t switch_of(const struct hg_heap *heap, unsigned has, unsigned always)
{
    if (!(heap->flags & has))
        return HG_SWITCH_OFF;
    return heap->flags & always ? HG_SWITCH_ALWAYS : HG_SWITCH_ON;
}

/* Clear the state and write the end marker. */
static void open_empty(struct fast *fast, const struct hg_settings *settings)
{
    memset((char *)fast + sizeof fast->heap, 0, sizeof *fast - sizeof fast->heap);
    fast->heap.flags =
        (uint16_t)(flags_of(settings->slabs, FAST_HAS_SLABS, FAST_ALWAYS_SLABS) |
                   flags_of(settings->quick_lists, FAST_HAS_QUICK_LISTS, FAST_ALWAYS_QUICK_LISTS) |
                   flags_of(settings->bins, FAST_HAS_BINS, FAST_ALWAYS_BINS));
    if (settings->slabs == HG_SWITCH_ALWAYS)
        fast->small = FAST_ALL_SMALL;
    set(&fast->heap, settings);
    fast_write_end(fast, FAST_LEFT_USED);
}

/* Make what is between `from` and the end marker, if anything, a free block. A heap that was reset
 * where the break could not move down has much of it. */
static void open_rest(struct fast *fast, struct fast_block *from)
{
    uint32_t units =
        (uint32_t)((hg_offset(&fast->heap, fast_end(fast)) - hg_offset(&fast->heap, from)) /
                   FAST_GRAIN);

    if (units == 0)
        return;
    fast_tell(fast, HG_EVENT_FRESH, from, units, 0);
    hg_fast_make_free(fast, from, units, FAST_LEFT_USED);
}

static struct hg_settings settings_of(const struct hg_heap *heap)
{
    struct hg_config initial = hg_config_default(NULL);
    struct hg_settings settings = hg_settings_pack(&initial);

    settings.release = fast_release_of((const struct fast *)heap);
    settings.trim = ((const struct fast *)heap)->trim;
    if (settings.trim == FAST_TRIM_NEVER)
        settings.trim = HG_TRIM_NEVER;
    settings.slabs = switch_of(heap, FAST_HAS_SLABS, FAST_ALWAYS_SLABS);
    settings.quick_lists = switch_of(heap, FAST_HAS_QUICK_LISTS, FAST_ALWAYS_QUICK_LISTS);
    settings.bins = switch_of(heap, FAST_HAS_BINS, FAST_ALWAYS_BINS);
    return settings;
}

static void tlsf_open(struct hg_heap *heap, const struct hg_settings *settings)
{
    struct fast *fast = fast_of(heap);

    open_empty(fast, settings);
    fast->bins = (uint32_t)(FAST_TLSF_BINS_AT / FAST_GRAIN);
    fast->bin_rows = FAST_ROWS;
    memset(fast_bins(fast).rows, 0, fast_bins_size(FAST_ROWS));
    fast->due = bits_rough(FAST_MOST_GRAINS);
    open_rest(fast, (struct fast_block *)(void *)((char *)fast + fast_first_at(true)));
}

static void segregated_open(struct hg_heap *heap, const struct hg_settings *settings)
{
    struct fast *fast = fast_of(heap);

    open_empty(fast, settings);
    fast->due = (uint16_t)(fast->heap.flags & FAST_ALWAYS_BINS ? FAST_CROWDED : FAST_SAMPLED);
    open_rest(fast, (struct fast_block *)(fast + 1));
}

/* ---- What there is to say of it ---- */

static const char *problem(const struct hg_settings *settings, unsigned *ret_setting)
{
    (void)settings;
    (void)ret_setting;
    return NULL;
}

static void coalesce(struct hg_heap *heap)
{
    hg_fast_quick_empty(fast_of(heap));
}

static bool trim(struct hg_heap *heap, size_t keep)
{
    struct fast *fast = fast_of(heap);
    size_t before = heap->size;

    hg_fast_clear_end(fast);
    hg_fast_trim_last(fast, keep);
    return hg_fast_discard(fast, FAST_GRAINS_PER_PAGE) || heap->size < before;
}

static uint32_t tlsf_list_count(const struct hg_settings *settings)
{
    (void)settings;
    return FAST_BINS;
}

static uint32_t segregated_list_count(const struct hg_settings *settings)
{
    (void)settings;
    return FAST_LISTS;
}

static struct hg_list_info list_info(const struct hg_settings *settings, unsigned variant,
                                     uint32_t list)
{
    enum { NEXT = sizeof(uint32_t), BOTH = 2 * NEXT };

    (void)settings;
    (void)variant;
    if (list == FAST_LOOSE)
        return hg_list_named(HG_LIST_ROLE_FREE_LIST, BOTH, "free");
    if (list > FAST_LIST_SLOTS)
        return hg_list_numbered(HG_LIST_ROLE_SLOTS, sizeof(uint16_t), "slots ",
                                fast_bytes(list - FAST_LIST_SLOTS));
    if (list > FAST_LIST_QUICK)
        return hg_list_numbered(HG_LIST_ROLE_QUICK_LIST, NEXT, "quick ",
                                fast_bytes(list - FAST_LIST_QUICK));
    return hg_list_numbered(HG_LIST_ROLE_BIN, BOTH, "bin ", fast_bytes(fast_bin_least(list)));
}

/* Of a bin of several sizes, only what fits all of its blocks is sure to find one; more may be
 * served by the last block of the heap, or by luck. */
static uint64_t tlsf_served(const struct hg_settings *settings, unsigned variant, uint64_t block)
{
    uint32_t units = (uint32_t)(block / FAST_GRAIN);

    (void)settings;
    (void)variant;
    return units > 0 ? fast_bytes(fast_bin_least(fast_bin_for(units))) - FAST_HEADER : 0;
}

/* What is small may want a slab instead, for which there need not be room. */
static uint64_t segregated_served(const struct hg_settings *settings, unsigned variant,
                                  uint64_t block)
{
    uint64_t size = tlsf_served(settings, variant, block);

    return size > FAST_CLASSES * FAST_GRAIN ? size : 0;
}

const struct hg_engine hg_segregated_engine = {
    .problem = problem,
    .open_size = segregated_open_size,
    .open = segregated_open,
    .settings = settings_of,
    .state_size = sizeof(struct fast),
    .allocate = hg_fast_segregated_allocate,
    .allocate_aligned = hg_fast_allocate_aligned,
    .reallocate = hg_fast_reallocate,
    .release = hg_fast_segregated_release,
    .usable_size = hg_fast_usable_size,
    .coalesce = coalesce,
    .trim = trim,
    .set = set,
    .walk = hg_fast_walk,
    .check = hg_fast_check,
    .list_walk = hg_fast_list_walk,
    .list_count = segregated_list_count,
    .list_info = list_info,
    .header = hg_fast_segregated_header,
    .served = segregated_served,
};

const struct hg_engine hg_tlsf_engine = {
    .problem = problem,
    .open_size = tlsf_open_size,
    .open = tlsf_open,
    .settings = settings_of,
    .state_size = sizeof(struct fast),
    .allocate = hg_fast_tlsf_allocate,
    .allocate_aligned = hg_fast_allocate_aligned,
    .reallocate = hg_fast_reallocate,
    .release = hg_fast_tlsf_release,
    .usable_size = hg_fast_usable_size,
    .coalesce = coalesce,
    .trim = trim,
    .set = set,
    .walk = hg_fast_walk,
    .check = hg_fast_check,
    .list_walk = hg_fast_list_walk,
    .list_count = tlsf_list_count,
    .list_info = list_info,
    .header = hg_fast_tlsf_header,
    .served = tlsf_served,
};
