/* buddy.c: see buddy.h. */
#include "heap/buddy/buddy.h"

#include <string.h>

#include "base/bits.h"
#include "heap/buddy/buddy_layout.h"
#include "heap/buddy/buddy_read.h"

/* ---- Orders ---- */

/* The lowest order in use: blocks are as large as the alignment, so that every payload has it. */
static unsigned least_order(const struct hg_settings *settings)
{
    unsigned order = bits_floor_log2(settings->alignment);

    return order > BUDDY_LEAST_ORDER ? order : BUDDY_LEAST_ORDER;
}

/* The order of the block that holds `size` payload bytes at a multiple of `alignment`. */
static unsigned order_for(const struct buddy *buddy, size_t size, size_t alignment)
{
    unsigned order = least_order(&buddy->settings);
    uint64_t least = size + BUDDY_TAG > alignment ? size + BUDDY_TAG : alignment;

    while (buddy_size(order) < least)
        order++;
    return order;
}

/* The other half of the block of the next order; NULL if it lies beyond the region. */
static struct buddy_block *buddy_to(const struct buddy *buddy, const struct buddy_block *block,
                                    unsigned order)
{
    uint64_t other = buddy_place(buddy, block) ^ buddy_size(order);

    return other + buddy_size(order) <= buddy_region(buddy->heap.size) ? buddy_at(buddy, other)
                                                                       : NULL;
}

static bool is_free(const struct buddy_block *block, unsigned order)
{
    return block && block->tag == order;
}

/* ---- Lists ---- */

static struct buddy_block **head_of(struct buddy *buddy, unsigned order)
{
    return &buddy->heads[order - BUDDY_LEAST_ORDER];
}

static void report_list(const struct buddy *buddy, enum hg_event_kind kind,
                        const struct buddy_block *block, unsigned order)
{
    hg_emit_list(&buddy->heap, kind, order - BUDDY_LEAST_ORDER, block, buddy_size(order), 0);
}

static void push(struct buddy *buddy, struct buddy_block *block, unsigned order)
{
    struct buddy_block **head = head_of(buddy, order);

    *block = (struct buddy_block){.tag = order, .next = *head};
    if (*head)
        (*head)->prev = block;
    *head = block;
    buddy->free_count++;
    report_list(buddy, HG_EVENT_PUSH, block, order);
}

static void take_off(struct buddy *buddy, struct buddy_block *block, unsigned order,
                     enum hg_event_kind kind)
{
    *(block->prev ? &block->prev->next : head_of(buddy, order)) = block->next;
    if (block->next)
        block->next->prev = block->prev;
    buddy->free_count--;
    report_list(buddy, kind, block, order);
}

/* ---- Splitting and merging, each in a cascade ---- */

/* Halve `block`, on no list, until it has `order`; the upper halves become free. */
static void split_down(struct buddy *buddy, struct buddy_block *block, unsigned from,
                       unsigned order)
{
    while (from > order) {
        struct buddy_block *upper;

        from--;
        upper = buddy_at(buddy, buddy_place(buddy, block) + buddy_size(from));
        hg_emit_at(&buddy->heap, HG_EVENT_SPLIT, block, buddy_size(from), buddy_size(from));
        push(buddy, upper, from);
    }
}

/* Merge `block`, free and on no list, with its buddy as long as that is free, and list the whole.
 * Returns it. */
static struct buddy_block *merge_up(struct buddy *buddy, struct buddy_block *block, unsigned order)
{
    struct buddy_block *other;

    while (is_free(other = buddy_to(buddy, block, order), order)) {
        bool is_left = other < block;

        take_off(buddy, other, order, HG_EVENT_UNLINK);
        if (is_left)
            block = other;
        hg_emit_at(&buddy->heap, is_left ? HG_EVENT_MERGE_LEFT : HG_EVENT_MERGE_RIGHT, block,
                   buddy_size(order + 1), buddy_size(order));
        order++;
    }
    push(buddy, block, order);
    return block;
}

/* ---- The break ---- */

static void write_end(struct buddy *buddy)
{
    uint64_t *end = (void *)((char *)buddy + buddy->heap.size - BUDDY_END);

    *end = BUDDY_USED;
}

/* The largest order of a block that starts at `at` and fits into `size` bytes. */
static unsigned largest_order(uint64_t at, uint64_t size)
{
    unsigned order = bits_floor_log2(size);

    return at && (unsigned)__builtin_ctzll(at) < order ? (unsigned)__builtin_ctzll(at) : order;
}

/* Make free blocks, as large as can be, of the new memory in [from, until). */
static void carve(struct buddy *buddy, uint64_t from, uint64_t until)
{
    const struct buddy_block *block;

    hg_emit_at(&buddy->heap, HG_EVENT_FRESH, buddy_at(buddy, from), until - from, 0);
    while (from < until) {
        unsigned order = largest_order(from, until - from);
        uint64_t rest = until - from - buddy_size(order);

        if (rest > 0)
            hg_emit_at(&buddy->heap, HG_EVENT_SPLIT, buddy_at(buddy, from), buddy_size(order),
                       rest);
        block = merge_up(buddy, buddy_at(buddy, from), order);
        buddy_idle_add(buddy, order, buddy_order(block));
        from += buddy_size(order);
    }
}

/* The free block that ends at `end`, where some block does; NULL if that is in use. Nothing says
 * where it starts, but some places are known to be where a block does: the one whose distance to
 * the end is the largest power of two that can be, and, if the block there is smaller, the middle
 * of the rest. */
static struct buddy_block *free_before(const struct buddy *buddy, uint64_t end)
{
    struct buddy_block *block;
    unsigned order;
    uint64_t at;

    if (end == 0)
        return NULL;
    order = (unsigned)__builtin_ctzll(end);
    at = end - buddy_size(order);
    while (buddy_order(block = buddy_at(buddy, at)) < order)
        at += buddy_size(--order);
    return is_free(block, order) ? block : NULL;
}

/* Where a new block of `order`, too large for any free one, can start: free blocks at the end of
 * the region may become its lower part. */
static uint64_t place_for(const struct buddy *buddy, unsigned order)
{
    uint64_t region = buddy_region(buddy->heap.size), end = region;
    uint64_t at = bits_align_down(region, buddy_size(order));
    const struct buddy_block *block;

    while (end > at && (block = free_before(buddy, end)))
        end = buddy_place(buddy, block);
    return end == at ? at : at + buddy_size(order);
}

/* Grow until there is a free block of at least `order`. */
static bool extend(struct buddy *buddy, unsigned order)
{
    const struct hg_settings *settings = &buddy->settings;
    uint64_t region = buddy_region(buddy->heap.size);
    uint64_t needed = place_for(buddy, order) + buddy_size(order) - region;
    uint64_t unit =
        settings->grow == HG_GROW_EXACT ? buddy_size(least_order(settings)) : settings->grow;
    uint64_t size = bits_round_up(needed, unit);

    if (!hg_break_grow(&buddy->heap, size))
        return false;
    write_end(buddy);
    carve(buddy, region, region + size);
    return true;
}

/* Give back free blocks of `least` bytes or more at the end. */
static void trim_end(struct buddy *buddy, uint64_t least)
{
    const struct hg_settings *settings = &buddy->settings;
    struct buddy_block *block;

    while ((block = free_before(buddy, buddy_region(buddy->heap.size))) &&
           buddy_size(buddy_order(block)) >= least) {
        unsigned order = buddy_order(block);

        if (settings->grow != HG_GROW_EXACT && buddy_size(order) % settings->grow)
            return;
        take_off(buddy, block, order, HG_EVENT_UNLINK);
        if (!hg_break_trim(&buddy->heap, buddy_size(order))) {
            push(buddy, block, order);
            return;
        }
        buddy_idle_take(buddy, order, order);
        write_end(buddy);
    }
}

/* Discard whole pages of all free blocks of `least` bytes or more. False if there are none. */
static bool discard(struct buddy *buddy, size_t least)
{
    bool any = false;

    for (unsigned order = BUDDY_LEAST_ORDER; order <= BUDDY_MOST_ORDER; order++) {
        if (buddy_size(order) < least)
            continue;
        for (struct buddy_block *block = *head_of(buddy, order); block; block = block->next) {
            if (hg_discard(&buddy->heap, block + 1, (char *)block + buddy_size(order)))
                any = true;
        }
    }
    buddy->idle.bytes = 0;
    return any;
}

/* Give back what the settings say. */
static void give_back(struct buddy *buddy)
{
    const struct hg_settings *settings = &buddy->settings;

    trim_end(buddy, settings->trim);
    if (hg_idle_is_too_much(&buddy->idle, settings))
        discard(buddy, hg_release_least(settings));
}

/* ---- Operations ---- */

static const char *problem(const struct hg_settings *settings, unsigned *ret_setting)
{
    if (settings->grow % buddy_size(least_order(settings)) == 0)
        return NULL;
    *ret_setting = HG_SETTING_GROW;
    return "must be a multiple of the smallest block";
}

static size_t open_size(const struct hg_settings *settings)
{
    (void)settings;
    return BUDDY_BASE + BUDDY_END;
}

static void open(struct hg_heap *heap, const struct hg_settings *settings)
{
    struct buddy *buddy = buddy_of(heap);

    memset((char *)buddy + sizeof *heap, 0, sizeof *buddy - sizeof *heap);
    buddy->settings = *settings;
    write_end(buddy);
    if (buddy_region(heap->size) > 0) /* a reset that could not move the break down */
        carve(buddy, 0, buddy_region(heap->size));
}

/* The lowest order from `order` up that has a free block; beyond BUDDY_MOST_ORDER if none has. */
static unsigned search(struct buddy *buddy, unsigned order)
{
    while (order <= BUDDY_MOST_ORDER && !*head_of(buddy, order))
        order++;
    return order;
}

static void *obtain(struct buddy *buddy, unsigned order)
{
    unsigned found = search(buddy, order);
    struct buddy_block *block;

    if (found > BUDDY_MOST_ORDER) {
        if (!extend(buddy, order))
            return hg_refuse(&buddy->heap, HG_REASON_NO_MEMORY, buddy_size(order));
        found = search(buddy, order);
    }
    block = *head_of(buddy, found);
    hg_emit_visit(&buddy->heap, found - BUDDY_LEAST_ORDER, block, buddy_size(found), true);
    buddy_idle_take(buddy, order, found);
    take_off(buddy, block, found, HG_EVENT_TAKE);
    split_down(buddy, block, found, order);
    hg_emit_at(&buddy->heap, HG_EVENT_WHOLE, block, buddy_size(order), 0);
    block->tag = order | BUDDY_USED;
    hg_emit_at(&buddy->heap, HG_EVENT_HANDOVER, block, buddy_size(order), 0);
    return &block->next;
}

static void *allocate_aligned(struct hg_heap *heap, size_t size, size_t alignment)
{
    struct buddy *buddy = buddy_of(heap);
    unsigned order;

    if (alignment > BUDDY_BASE_PAYLOAD || (uintptr_t)heap % alignment)
        return hg_refuse(heap, HG_REASON_ALIGNED_BEYOND_BLOCK, size);
    order = order_for(buddy, size, alignment);
    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, buddy_size(order));
    if (order > BUDDY_MOST_ORDER)
        return hg_refuse(heap, HG_REASON_TOO_LARGE, size);
    return obtain(buddy, order);
}

static void *allocate(struct hg_heap *heap, size_t size)
{
    return allocate_aligned(heap, size, 1);
}

static struct buddy_block *block_of(const void *payload)
{
    return (struct buddy_block *)((uintptr_t)payload - BUDDY_TAG);
}

static bool release(struct hg_heap *heap, void *payload)
{
    struct buddy *buddy = buddy_of(heap);
    struct buddy_block *block = block_of(payload);
    unsigned order = buddy_order(block);

    hg_emit_at(heap, HG_EVENT_RELEASE, block, buddy_size(order), 0);
    block = merge_up(buddy, block, order);
    buddy_idle_add(buddy, order, buddy_order(block));
    give_back(buddy);
    return true;
}

static size_t usable_size(const struct hg_heap *heap, const void *payload)
{
    (void)heap;
    return buddy_size(buddy_order(block_of(payload))) - BUDDY_TAG;
}

/* Whether `block`, used, can grow to `order` where it is: as long as it is the lower half, and the
 * upper half is free. */
static bool can_grow(const struct buddy *buddy, const struct buddy_block *block, unsigned order)
{
    for (unsigned half = buddy_order(block); half < order; half++) {
        const struct buddy_block *other = buddy_to(buddy, block, half);

        if (other < block || !is_free(other, half))
            return false;
    }
    return true;
}

static void grow_up(struct buddy *buddy, struct buddy_block *block, unsigned order)
{
    for (unsigned half = buddy_order(block); half < order; half++) {
        buddy_idle_take(buddy, half, half);
        take_off(buddy, buddy_to(buddy, block, half), half, HG_EVENT_UNLINK);
        hg_emit_at(&buddy->heap, HG_EVENT_ABSORB, block, buddy_size(half + 1), buddy_size(half));
    }
    block->tag = order | BUDDY_USED;
}

/* Cut `block`, used, down to `order`; what is cut off is freed from the top down. */
static void shrink(struct buddy *buddy, struct buddy_block *block, unsigned order)
{
    unsigned from = buddy_order(block);

    block->tag = order | BUDDY_USED;
    while (from-- > order) {
        struct buddy_block *upper = buddy_at(buddy, buddy_place(buddy, block) + buddy_size(from));

        hg_emit_at(&buddy->heap, HG_EVENT_SPLIT, block, buddy_size(from), buddy_size(from));
        hg_emit_at(&buddy->heap, HG_EVENT_RELEASE, upper, buddy_size(from), 0);
        buddy_idle_add(buddy, from, from);
        push(buddy, upper, from); /* its buddy is in use: it is the lower half */
    }
    give_back(buddy);
}

static void *move(struct buddy *buddy, void *payload, unsigned order)
{
    size_t used = usable_size(&buddy->heap, payload);
    void *moved = obtain(buddy, order);

    if (!moved)
        return NULL;
    memcpy(moved, payload, used);
    hg_emit_at(&buddy->heap, HG_EVENT_COPY, moved, used, hg_offset(&buddy->heap, payload));
    release(&buddy->heap, payload);
    return moved;
}

static void *reallocate(struct hg_heap *heap, void *payload, size_t size)
{
    struct buddy *buddy = buddy_of(heap);
    struct buddy_block *block = block_of(payload);
    unsigned order = order_for(buddy, size, 1);

    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, buddy_size(order));
    if (order > BUDDY_MOST_ORDER)
        return hg_refuse(heap, HG_REASON_TOO_LARGE, size);
    if (order < buddy_order(block))
        shrink(buddy, block, order);
    else if (can_grow(buddy, block, order))
        grow_up(buddy, block, order);
    else
        return move(buddy, payload, order);
    hg_emit_at(heap, HG_EVENT_HANDOVER, block, buddy_size(order), 0);
    return payload;
}

static void coalesce(struct hg_heap *heap)
{
    (void)heap; /* buddies merge as soon as they can */
}

static bool trim(struct hg_heap *heap, size_t keep)
{
    struct buddy *buddy = buddy_of(heap);
    size_t before = heap->size;

    if (keep == 0) /* blocks cannot be cut to what is to be kept */
        trim_end(buddy, 0);
    return discard(buddy, HG_PAGE) || heap->size < before;
}

static uint32_t list_count(const struct hg_settings *settings)
{
    (void)settings;
    return BUDDY_ORDERS;
}

static struct hg_list_info list_info(const struct hg_settings *settings, unsigned variant,
                                     uint32_t list)
{
    (void)settings;
    (void)variant;
    return hg_list_numbered(HG_LIST_ROLE_BIN, 2 * sizeof(void *), "2^", BUDDY_LEAST_ORDER + list);
}

static struct hg_header_fields header(const struct hg_settings *settings)
{
    static const struct hg_header_field fields[] = {
        {.name = "order",
         .meaning = "k, where the block has 2^k bytes",
         .mask = BUDDY_ORDER_MASK,
         .size = BUDDY_TAG,
         .kind = HG_HEADER_LOG2_BYTES},
        {.name = "used",
         .meaning = "whether the block is in use",
         .words = {"free", "used"},
         .mask = BUDDY_USED,
         .size = BUDDY_TAG,
         .kind = HG_HEADER_FLAG},
    };

    (void)settings;
    return (struct hg_header_fields){fields, sizeof fields / sizeof fields[0]};
}

static uint64_t served(const struct hg_settings *settings, unsigned variant, uint64_t block)
{
    (void)settings;
    (void)variant;
    return block > BUDDY_TAG ? block - BUDDY_TAG : 0;
}

const struct hg_engine hg_buddy_engine = {
    .problem = problem,
    .open_size = open_size,
    .open = open,
    .settings = hg_settings_behind,
    .state_size = sizeof(struct buddy),
    .allocate = allocate,
    .allocate_aligned = allocate_aligned,
    .reallocate = reallocate,
    .release = release,
    .usable_size = usable_size,
    .coalesce = coalesce,
    .trim = trim,
    .set = hg_settings_set_behind,
    .walk = hg_buddy_walk,
    .check = hg_buddy_check,
    .list_walk = hg_buddy_list_walk,
    .list_count = list_count,
    .list_info = list_info,
    .header = header,
    .served = served,
    .searches_all = true,
};
