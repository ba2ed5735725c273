/* pool.c: the operations of pools. */
#include "heap/simple/pool.h"

#include <string.h>

#include "heap/simple/pool_index.h"
#include "heap/simple/pool_read.h"
#include "heap/simple/simple.h"

/* ---- The stack, or what stands for it ---- */

static void set_used(struct pool *pool, const struct pool_shape *shape, struct pool_place place,
                     bool used)
{
    uint64_t bit = (uint64_t)1 << place.slot % POOL_BITS_PER_WORD;
    uint64_t *word = pool_word_of(pool, shape, place);

    *word = used ? *word | bit : *word & ~bit;
    hg_pool_index_note(pool, shape, place);
}

/* How many free slots there are below a place: its position in pool-scan's list. */
static uint64_t free_below(const struct pool *pool, const struct pool_shape *shape,
                           struct pool_place end)
{
    struct pool_place place = {0, 0};
    uint64_t count = 0;

    for (; place.chunk != end.chunk || place.slot != end.slot;
         pool_next_slot(shape, pool->heap.size, &place))
        count += !pool_is_used(pool, shape, place);
    return count;
}

/* Report that a slot enters the list, if somebody wants to know: its position takes time. */
static void report_push(const struct pool *pool, const struct pool_shape *shape,
                        struct pool_place place, uint64_t position)
{
    if (!pool->heap.observer)
        return;
    if (!pool_has_stack(pool))
        position = free_below(pool, shape, place);
    hg_emit_list(&pool->heap, HG_EVENT_PUSH, POOL_FREE_SLOTS,
                 pool_address(pool, pool_slot_at(shape, place)), shape->slot_size, position);
}

/* Make free slots of a chunk, whatever its memory held before. */
static void add_slots(struct pool *pool, const struct pool_shape *shape, uint64_t chunk)
{
    size_t count = pool_slots_of(shape, chunk);
    struct pool_place place = {chunk, 0};
    struct pool_slot **link = &pool->top;
    char *start = pool_address(pool, pool_slot_at(shape, place));

    hg_emit_at(&pool->heap, HG_EVENT_FRESH, start, count * shape->slot_size, 0);
    memset(pool_word_of(pool, shape, place), 0, pool_bits_for(count, pool->settings.alignment));
    while (pool_has_stack(pool) && *link)
        link = &(*link)->next;
    for (; place.slot < count; place.slot++) {
        struct pool_slot *slot = pool_address(pool, pool_slot_at(shape, place));
        size_t above = (count - place.slot - 1) * shape->slot_size;

        if (above > 0)
            hg_emit_at(&pool->heap, HG_EVENT_SPLIT, slot, shape->slot_size, above);
        if (pool_has_stack(pool)) {
            slot->next = NULL;
            *link = slot;
            link = &slot->next;
        }
        report_push(pool, shape, place, pool->free_count);
        pool->free_count++;
        if (place.slot % POOL_BITS_PER_WORD == 0)
            hg_pool_index_note(pool, shape, place);
    }
}

/* Add a chunk. False when the break cannot grow. */
static bool add_chunk(struct pool *pool, const struct pool_shape *shape)
{
    uint64_t chunk = pool->heap.size / shape->chunk_size;

    if (!hg_break_grow(&pool->heap, shape->chunk_size))
        return false;
    add_slots(pool, shape, chunk);
    return true;
}

/* Look through the slots from the first: O(slots), but where there is an index. */
static bool scan(struct pool *pool, const struct pool_shape *shape, struct pool_place *ret_place)
{
    struct pool_place place = {0, 0};
    uint64_t looked_at = 0;
    bool free;

    if (hg_aside_kept(&pool->heap))
        return hg_pool_index_find(pool, shape, ret_place);
    do {
        looked_at++;
        free = !pool_is_used(pool, shape, place);
        hg_emit_visit(&pool->heap, free ? POOL_FREE_SLOTS : HG_NO_LIST,
                      pool_address(pool, pool_slot_at(shape, place)), shape->slot_size, free);
        if (free)
            *ret_place = place;
    } while (!free && pool_next_slot(shape, pool->heap.size, &place));
    hg_pool_index_tire(pool, shape, looked_at);
    return free;
}

/* Take the slot on top: O(1). */
static bool pop(struct pool *pool, const struct pool_shape *shape, struct pool_place *ret_place)
{
    struct pool_slot *slot = pool->top;

    if (!slot)
        return false;
    hg_emit_visit(&pool->heap, POOL_FREE_SLOTS, slot, shape->slot_size, true);
    pool_find_slot(shape, hg_offset(&pool->heap, slot), ret_place);
    pool->top = slot->next;
    return true;
}

static bool find_free(struct pool *pool, const struct pool_shape *shape,
                      struct pool_place *ret_place)
{
    return pool_has_stack(pool) ? pop(pool, shape, ret_place) : scan(pool, shape, ret_place);
}

/* ---- Operations ---- */

static size_t open_size(const struct hg_settings *settings)
{
    return hg_pool_shape(settings).chunk_size;
}

static void open(struct hg_heap *heap, const struct hg_settings *settings)
{
    struct pool *pool = pool_of(heap);
    struct pool_shape shape = hg_pool_shape(settings);

    pool->settings = *settings;
    pool->free_count = 0;
    pool->top = NULL;
    for (uint64_t chunk = 0; chunk < heap->size / shape.chunk_size; chunk++)
        add_slots(pool, &shape, chunk);
}

static void *allocate_aligned(struct hg_heap *heap, size_t size, size_t alignment)
{
    struct pool *pool = pool_of(heap);
    struct pool_shape shape = pool_shape_of(pool);
    struct pool_place place;
    void *slot;

    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, shape.slot_size);
    if (size > shape.slot_size)
        return hg_refuse(heap, HG_REASON_LARGER_THAN_SLOT, size);
    if (alignment > pool->settings.alignment)
        return hg_refuse(heap, HG_REASON_ALIGNED_BEYOND_SLOT, size);
    if (!find_free(pool, &shape, &place) &&
        !(add_chunk(pool, &shape) && find_free(pool, &shape, &place)))
        return hg_refuse(heap, HG_REASON_NO_MEMORY, shape.slot_size);
    slot = pool_address(pool, pool_slot_at(&shape, place));
    hg_emit_list(heap, HG_EVENT_TAKE, POOL_FREE_SLOTS, slot, shape.slot_size, 0);
    hg_emit_at(heap, HG_EVENT_WHOLE, slot, shape.slot_size, 0);
    set_used(pool, &shape, place, true);
    pool->free_count--;
    hg_emit_at(heap, HG_EVENT_HANDOVER, slot, shape.slot_size, 0);
    return slot;
}

static void *allocate(struct hg_heap *heap, size_t size)
{
    return allocate_aligned(heap, size, 1);
}

static bool release(struct hg_heap *heap, void *payload)
{
    struct pool *pool = pool_of(heap);
    struct pool_shape shape = pool_shape_of(pool);
    struct pool_slot *slot = payload;
    struct pool_place place;

    pool_find_slot(&shape, hg_offset(heap, payload), &place);
    set_used(pool, &shape, place, false);
    hg_emit_at(heap, HG_EVENT_RELEASE, payload, shape.slot_size, 0);
    if (pool_has_stack(pool)) {
        slot->next = pool->top;
        pool->top = slot;
    }
    report_push(pool, &shape, place, 0);
    pool->free_count++;
    if (hg_idle_in(&pool->settings, shape.slot_size))
        hg_discard(heap, slot + 1, (char *)slot + shape.slot_size);
    return true;
}

/* Discard the whole pages of each free slot. */
static bool trim(struct hg_heap *heap, size_t keep)
{
    struct pool *pool = pool_of(heap);
    struct pool_shape shape = pool_shape_of(pool);
    struct pool_place place = {0, 0};
    bool any = false;

    (void)keep; /* a pool has no wilderness */
    do {
        struct pool_slot *slot = pool_address(pool, pool_slot_at(&shape, place));

        if (!pool_is_used(pool, &shape, place) &&
            hg_discard(heap, slot + 1, (char *)slot + shape.slot_size))
            any = true;
    } while (pool_next_slot(&shape, heap->size, &place));
    return any;
}

static void *reallocate(struct hg_heap *heap, void *payload, size_t size)
{
    size_t slot_size = pool_shape_of(pool_of(heap)).slot_size;

    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, slot_size);
    if (size > slot_size)
        return hg_refuse(heap, HG_REASON_LARGER_THAN_SLOT, size);
    hg_emit_at(heap, HG_EVENT_HANDOVER, payload, slot_size, 0);
    return payload;
}

static size_t usable_size(const struct hg_heap *heap, const void *payload)
{
    (void)payload;
    return pool_shape_of((const struct pool *)heap).slot_size;
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
    (void)list;
    return hg_list_named(HG_LIST_ROLE_FREE_LIST,
                         variant == HG_POOL_STACK ? sizeof(struct pool_slot) : 0, "slots");
}

static struct hg_header_fields header(const struct hg_settings *settings)
{
    (void)settings;
    return (struct hg_header_fields){NULL, 0};
}

static uint64_t served(const struct hg_settings *settings, unsigned variant, uint64_t block)
{
    (void)settings;
    (void)variant;
    return block;
}

const struct hg_engine hg_pool_engine = {
    .problem = hg_simple_problem,
    .open_size = open_size,
    .open = open,
    .settings = hg_settings_behind,
    .state_size = sizeof(struct pool),
    .allocate = allocate,
    .allocate_aligned = allocate_aligned,
    .reallocate = reallocate,
    .release = release,
    .usable_size = usable_size,
    .coalesce = hg_simple_coalesce,
    .trim = trim,
    .set = hg_settings_set_behind,
    .walk = hg_pool_walk,
    .check = hg_pool_check,
    .list_walk = hg_pool_list_walk,
    .list_count = list_count,
    .list_info = list_info,
    .header = header,
    .served = served,
    .searches_all = true,
};
