/* fast.c: the operations of the fast engine: what is common is done here, in few instructions. */
#include "heap/fast/fast.h"

#include <string.h>

#include "heap/fast/fast_bins.h"
#include "heap/fast/fast_blocks.h"
#include "heap/fast/fast_quick.h"
#include "heap/fast/fast_slabs.h"
#include "heap/fast/fast_tags.h"

/* ---- Events ---- */

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

/* ---- Opening ---- */

/* A tlsf heap has all bins from the start, in its state. */
#define TLSF_BINS_AT bits_align_up(sizeof(struct fast), FAST_GRAIN)

static uint64_t tlsf_first_at(void)
{
    return bits_align_up(TLSF_BINS_AT + fast_bins_size(FAST_ROWS) - FAST_HEADER, FAST_GRAIN) +
           FAST_HEADER;
}

uint64_t hg_fast_first_at(const struct hg_heap *heap)
{
    return heap->variant == HG_FAST_TLSF ? tlsf_first_at() : sizeof(struct fast);
}

static size_t tlsf_open_size(const struct hg_settings *settings)
{
    (void)settings;
    return tlsf_first_at() + FAST_HEADER;
}

static size_t segregated_open_size(const struct hg_settings *settings)
{
    (void)settings;
    return sizeof(struct fast) + FAST_NURSERY * FAST_GRAIN + FAST_HEADER;
}

/* Clear the state and write the end marker. */
static void open_empty(struct fast *fast, const struct hg_settings *settings)
{
    memset((char *)fast + sizeof fast->heap, 0, sizeof *fast - sizeof fast->heap);
    fast->trim = settings->trim;
    fast->heap.flags =
        (uint16_t)((settings->slabs == HG_SWITCH_ON ? FAST_HAS_SLABS : 0) |
                   (settings->quick_lists == HG_SWITCH_ON ? FAST_HAS_QUICK_LISTS : 0) |
                   (settings->bins == HG_SWITCH_ON ? FAST_HAS_BINS : 0));
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

    settings.trim = ((const struct fast *)heap)->trim;
    settings.slabs = heap->flags & FAST_HAS_SLABS ? HG_SWITCH_ON : HG_SWITCH_OFF;
    settings.quick_lists = heap->flags & FAST_HAS_QUICK_LISTS ? HG_SWITCH_ON : HG_SWITCH_OFF;
    settings.bins = heap->flags & FAST_HAS_BINS ? HG_SWITCH_ON : HG_SWITCH_OFF;
    return settings;
}

static void tlsf_open(struct hg_heap *heap, const struct hg_settings *settings)
{
    struct fast *fast = fast_of(heap);

    open_empty(fast, settings);
    fast->bins = (uint32_t)(TLSF_BINS_AT / FAST_GRAIN);
    fast->bin_rows = FAST_ROWS;
    memset(fast_rows(fast), 0, fast_bins_size(FAST_ROWS));
    fast->due = FAST_MOST_GRAINS;
    open_rest(fast, (struct fast_block *)(void *)((char *)fast + tlsf_first_at()));
}

static void segregated_open(struct hg_heap *heap, const struct hg_settings *settings)
{
    struct fast *fast = fast_of(heap);

    open_empty(fast, settings);
    fast->due = FAST_CROWDED + 1;
    open_rest(fast, (struct fast_block *)(fast + 1));
}

/* ---- Allocating ---- */

void *hg_fast_refuse(const struct fast *fast, uint64_t units)
{
    bool can_be = units <= FAST_MOST_GRAINS - fast->heap.size / FAST_GRAIN;

    return hg_refuse(&fast->heap, can_be ? HG_REASON_NO_MEMORY : HG_REASON_BEYOND_LINKS,
                     units * FAST_GRAIN);
}

static void tell_quick_taken(const struct fast *fast, const struct fast_block *block)
{
    uint32_t list = FAST_LIST_QUICK + block->units;

    hg_emit_visit(&fast->heap, list, block, fast_bytes(block->units), true);
    fast_tell_list(fast, HG_EVENT_TAKE, list, block, block->units);
    fast_tell(fast, HG_EVENT_WHOLE, block, block->units, 0);
    fast_tell(fast, HG_EVENT_HANDOVER, block, block->units, 0);
}

/* The answer to a request for `units` is `block`; NULL refuses it. Returns the payload. */
static void *hand_over(struct fast *fast, struct fast_block *block, uint64_t units)
{
    if (fast_unlikely(!block))
        return hg_fast_refuse(fast, units);
    fast_tell(fast, HG_EVENT_HANDOVER, block, block->units, 0);
    return fast_payload(block);
}

/* A payload in a block of `units` that no quick list has. */
static FAST_DETOUR void *answer_with_new(struct fast *fast, uint64_t units)
{
    return hand_over(fast, units < FAST_MOST_GRAINS ? hg_fast_obtain(fast, (uint32_t)units) : NULL,
                     units);
}

/* A payload in a block of just `units` that waits; NULL if none does. */
FAST_PATH void *answer_with_waiting(struct fast *fast, uint64_t units, const bool watched)
{
    struct fast_block *block = fast_quick_take(fast, units);

    if (!block)
        return NULL;
    if (watched)
        tell_quick_taken(fast, block);
    return fast_payload(block);
}

void *hg_fast_answer_with_block(struct fast *fast, uint64_t units)
{
    bool watched = fast_is_watched(fast);
    void *payload = answer_with_waiting(fast, units, watched);

    if (payload)
        return payload;
    return watched ? answer_with_new(fast, units) : hg_fast_answer_near_best(fast, units);
}

void *hg_fast_answer_with_free_block(struct fast *fast, uint32_t units)
{
    bool watched = fast_is_watched(fast);
    void *payload = answer_with_waiting(fast, units, watched);
    struct fast_block *block;

    if (payload)
        return payload;
    if (!watched)
        return hg_fast_answer_from_free(fast, units);
    block = hg_fast_obtain_free(fast, units);
    return block ? hand_over(fast, block, units) : NULL;
}

/* The slot for a payload of `size` bytes, in grains; 0 if a block holds it. */
static uint32_t slot_for(const struct fast *fast, size_t size)
{
    uint32_t slot = fast_slot_for(fast, size);

    if (!slot && !fast_quick_has(fast, fast_units_for(size)))
        slot = fast_large_slot_for(fast, size);
    return slot && hg_fast_has_slots(fast, slot) ? slot : 0;
}

uint64_t hg_fast_wanted(const struct fast *fast, size_t size)
{
    uint32_t slot = fast_is_tlsf(fast) ? 0 : slot_for(fast, size);

    return slot ? fast_bytes(slot) : fast_units_for(size) * FAST_GRAIN;
}

/* A payload in a small slot, or another. */
FAST_PATH void *answer_with_slot(struct fast *fast, uint32_t slot, uint64_t units,
                                 const bool watched)
{
    void *payload = fast_slot_take(fast, slot);

    if (fast_unlikely(!payload))
        return hg_fast_slot_obtain(fast, slot, (uint32_t)units);
    if (watched)
        hg_fast_tell_slot_taken(fast, slot, payload);
    return payload;
}

/* A payload of `size` bytes: a small slot, a block that waits, a large slot, or another block. */
FAST_PATH void *answer(struct fast *fast, size_t size, const bool watched)
{
    uint32_t slot = fast_slot_for(fast, size);
    uint64_t units = fast_units_for(size);
    void *payload;

    if (slot)
        return answer_with_slot(fast, slot, units, watched);
    payload = answer_with_waiting(fast, units, watched);
    if (payload)
        return payload;
    slot = fast_large_slot_for(fast, size);
    if (fast_unlikely(slot))
        return hg_fast_slot_answer(fast, slot, (uint32_t)units);
    return watched ? answer_with_new(fast, units) : hg_fast_answer_near_best(fast, units);
}

static FAST_DETOUR void *allocate_watched(struct fast *fast, size_t size)
{
    hg_emit_at(&fast->heap, HG_EVENT_REQUEST, NULL, size, hg_fast_wanted(fast, size));
    return answer(fast, size, true);
}

static void *allocate(struct hg_heap *heap, size_t size)
{
    struct fast *fast = fast_of(heap);

    return fast_is_watched(fast) ? allocate_watched(fast, size) : answer(fast, size, false);
}

/* The same for tlsf, which has neither slabs nor quick lists. */
static void *tlsf_answer(struct fast *fast, size_t size)
{
    uint64_t units = fast_units_for(size);

    return fast_is_watched(fast) ? answer_with_new(fast, units) : hg_fast_answer_good(fast, units);
}

static void *tlsf_allocate(struct hg_heap *heap, size_t size)
{
    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, fast_units_for(size) * FAST_GRAIN);
    return tlsf_answer(fast_of(heap), size);
}

/* The same under both policies for an alignment; to a grain all payloads are aligned. */
static void *allocate_aligned(struct hg_heap *heap, size_t size, size_t alignment)
{
    struct fast *fast = fast_of(heap);
    uint64_t units = fast_units_for(size), grains = alignment / FAST_GRAIN;
    struct fast_need need = {.units = (uint32_t)units, .alignment = (uint32_t)grains};

    if (grains <= 1)
        return fast_is_tlsf(fast) ? tlsf_allocate(heap, size) : allocate(heap, size);
    need.base = (uint32_t)((uintptr_t)fast / FAST_GRAIN);
    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, units * FAST_GRAIN);
    if (units + grains > FAST_MOST_GRAINS)
        return hg_fast_refuse(fast, units + grains);
    return hand_over(fast, hg_fast_obtain_aligned(fast, &need, true), units);
}

void *hg_fast_answer(struct fast *fast, size_t size)
{
    if (fast_is_tlsf(fast))
        return tlsf_answer(fast, size);
    return fast_is_watched(fast) ? answer(fast, size, true) : answer(fast, size, false);
}

/* ---- Freeing ---- */

/* Report that `block` is free; and that it waits. */
static FAST_DETOUR bool free_block_watched(struct fast *fast, struct fast_block *block)
{
    fast_uncount(fast, block);
    if (fast_quick_put(fast, block)) {
        fast_tell(fast, HG_EVENT_RELEASE, block, block->units, 0);
        fast_tell_list(fast, HG_EVENT_PUSH, FAST_LIST_QUICK + block->units, block, block->units);
    } else {
        hg_fast_release(fast, block);
    }
    return true;
}

static inline bool free_block(struct fast *fast, struct fast_block *block)
{
    if (fast_is_watched(fast))
        return free_block_watched(fast, block);
    fast_uncount(fast, block);
    return fast_quick_put(fast, block) || hg_fast_settle(fast, block);
}

bool hg_fast_free(struct hg_heap *heap, void *payload)
{
    struct fast *fast = fast_of(heap);
    struct fast_slab *slab = fast_slab_around(fast, payload);

    if (!slab)
        return free_block(fast, fast_block_of(payload));
    if (fast_unlikely(!fast_slot_put(slab, payload)) || fast_is_watched(fast))
        return hg_fast_slot_freed(fast, slab, payload);
    return true;
}

static bool tlsf_release(struct hg_heap *heap, void *payload)
{
    hg_fast_release(fast_of(heap), fast_block_of(payload));
    return true;
}

size_t hg_fast_usable_size(const struct hg_heap *heap, const void *payload)
{
    const struct fast *fast = (const struct fast *)heap;
    const struct fast_slab *slab = fast_slab_around(fast, payload);

    if (slab)
        return fast_bytes(fast_slot_of(slab));
    return fast_bytes(fast_block_of(payload)->units) - FAST_HEADER;
}

/* ---- The rest ---- */

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

static struct hg_list_info list_info(const struct hg_settings *settings, uint32_t list)
{
    (void)settings;
    if (list == FAST_LOOSE)
        return hg_list_named(HG_LIST_ROLE_FREE_LIST, "free");
    if (list > FAST_LIST_SLOTS)
        return hg_list_numbered(HG_LIST_ROLE_SLOTS, "slots ", fast_bytes(list - FAST_LIST_SLOTS));
    if (list > FAST_LIST_QUICK)
        return hg_list_numbered(HG_LIST_ROLE_QUICK_LIST, "quick ",
                                fast_bytes(list - FAST_LIST_QUICK));
    return hg_list_numbered(HG_LIST_ROLE_BIN, "bin ", fast_bytes(fast_bin_least(list)));
}

const struct hg_engine hg_segregated_engine = {
    .problem = problem,
    .open_size = segregated_open_size,
    .open = segregated_open,
    .settings = settings_of,
    .state_size = sizeof(struct fast),
    .allocate = allocate,
    .allocate_aligned = allocate_aligned,
    .reallocate = hg_fast_reallocate,
    .release = hg_fast_free,
    .usable_size = hg_fast_usable_size,
    .coalesce = coalesce,
    .walk = hg_fast_walk,
    .check = hg_fast_check,
    .list_walk = hg_fast_list_walk,
    .list_count = segregated_list_count,
    .list_info = list_info,
    .header = hg_fast_segregated_header,
};

const struct hg_engine hg_tlsf_engine = {
    .problem = problem,
    .open_size = tlsf_open_size,
    .open = tlsf_open,
    .settings = settings_of,
    .state_size = sizeof(struct fast),
    .allocate = tlsf_allocate,
    .allocate_aligned = allocate_aligned,
    .reallocate = hg_fast_reallocate,
    .release = tlsf_release,
    .usable_size = hg_fast_usable_size,
    .coalesce = coalesce,
    .walk = hg_fast_walk,
    .check = hg_fast_check,
    .list_walk = hg_fast_list_walk,
    .list_count = tlsf_list_count,
    .list_info = list_info,
    .header = hg_fast_tlsf_header,
};
