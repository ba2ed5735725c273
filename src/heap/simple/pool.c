/* pool.c: a pool of slots that are all alike, in two kinds: one scans for a free slot, the other
 * keeps a stack of them.
 *
 * The heap is a row of chunks of equal size, the first of which holds the state too:
 *
 *      | state | bits | slot | slot | ... | pad || bits | slot | slot | ... | pad || ... | break
 *
 * A chunk's bits say which of its slots are used; both kinds keep them, so that a heap can be read
 * back. In pool-stack a free slot holds a link to the next one on the stack. A slot has no header.
 *
 * What always holds: the bits of all chunks have as many zeros as free_count says; on the stack is
 * each free slot once. A pool does not shrink. */
#include "heap/simple/pool.h"

#include <limits.h>
#include <string.h>

#include "base/bits.h"
#include "heap/simple/simple.h"

enum { LEAST_SLOTS = 8, BITS_PER_WORD = 64, FREE_SLOTS = 0 /* the one list */ };

/* A free slot of pool-stack. */
struct free_slot {
    struct free_slot *next;
};

struct pool {
    struct hg_heap heap;
    struct hg_settings settings;
    uint64_t free_count;
    struct free_slot *top; /* of the stack; NULL when it is empty, and always in pool-scan */
};

/* What follows from the settings. */
struct shape {
    size_t slot_size;
    size_t chunk_size;
    size_t bits_size; /* of any chunk but the first, whose bits are fewer */
    size_t slots;
    /* of the first chunk: where its bits and its slots begin, and how many slots it has */
    size_t first_bits, first_start, first_slots;
};

/* Where a slot is. */
struct place {
    uint64_t chunk;
    size_t slot;
};

static struct pool *pool_of(struct hg_heap *heap)
{
    return (struct pool *)heap;
}

/* ---- Shape ---- */

static size_t bits_for(size_t slots, size_t alignment)
{
    return bits_align_up((slots + BITS_PER_WORD - 1) / BITS_PER_WORD * sizeof(uint64_t), alignment);
}

/* How many slots fit behind their bits into `size` bytes. */
static size_t slots_in(size_t size, size_t slot_size, size_t alignment)
{
    size_t slots = size * CHAR_BIT / (slot_size * CHAR_BIT + 1); /* with a bit each: few too many */

    while (slots > 0 && bits_for(slots, alignment) + slots * slot_size > size)
        slots--;
    return slots;
}

static struct shape shape_of(const struct hg_settings *settings)
{
    size_t alignment = settings->alignment;
    size_t slot = bits_align_up(settings->slot_size, alignment);
    size_t state = bits_align_up(sizeof(struct pool), alignment);
    size_t least = state + bits_for(LEAST_SLOTS, alignment) + LEAST_SLOTS * slot;
    struct shape shape = {.slot_size = slot, .chunk_size = hg_simple_round(settings, least)};

    shape.slots = slots_in(shape.chunk_size, slot, alignment);
    shape.bits_size = bits_for(shape.slots, alignment);
    shape.first_bits = state;
    shape.first_slots = slots_in(shape.chunk_size - state, slot, alignment);
    shape.first_start = state + bits_for(shape.first_slots, alignment);
    return shape;
}

static struct shape shape_of_heap(const struct pool *pool)
{
    return shape_of(&pool->settings);
}

static size_t slots_of(const struct shape *shape, uint64_t chunk)
{
    return chunk == 0 ? shape->first_slots : shape->slots;
}

static uint64_t slot_at(const struct shape *shape, struct place place)
{
    size_t start = place.chunk == 0 ? shape->first_start : shape->bits_size;

    return place.chunk * shape->chunk_size + start + place.slot * shape->slot_size;
}

/* Where the slot at the offset `at` is; false if none starts there. */
static bool find_slot(const struct shape *shape, uint64_t at, struct place *ret_place)
{
    uint64_t chunk = at / shape->chunk_size, within = at % shape->chunk_size;
    size_t start = chunk == 0 ? shape->first_start : shape->bits_size;

    *ret_place = (struct place){chunk, (within - start) / shape->slot_size};
    return within >= start && (within - start) % shape->slot_size == 0 &&
           ret_place->slot < slots_of(shape, chunk);
}

static void *address(const struct pool *pool, uint64_t at)
{
    return (void *)(uintptr_t)((const char *)pool + at);
}

/* ---- Bits ---- */

static uint64_t *word_of(const struct pool *pool, const struct shape *shape, struct place place)
{
    uint64_t bits = place.chunk * shape->chunk_size + (place.chunk == 0 ? shape->first_bits : 0);
    uint64_t *words = address(pool, bits);

    return &words[place.slot / BITS_PER_WORD];
}

static bool is_used(const struct pool *pool, const struct shape *shape, struct place place)
{
    return *word_of(pool, shape, place) >> place.slot % BITS_PER_WORD & 1;
}

static void set_used(struct pool *pool, const struct shape *shape, struct place place, bool used)
{
    uint64_t bit = (uint64_t)1 << place.slot % BITS_PER_WORD;
    uint64_t *word = word_of(pool, shape, place);

    *word = used ? *word | bit : *word & ~bit;
}

/* Go on to the next slot. False behind the last slot of the heap of `extent` bytes. */
static bool next_slot(const struct shape *shape, size_t extent, struct place *place)
{
    if (++place->slot < slots_of(shape, place->chunk))
        return true;
    *place = (struct place){place->chunk + 1, 0};
    return (place->chunk + 1) * shape->chunk_size <= extent;
}

/* How many free slots there are below a place: its position in pool-scan's list. */
static uint64_t free_below(const struct pool *pool, const struct shape *shape, struct place end)
{
    struct place place = {0, 0};
    uint64_t count = 0;

    for (; place.chunk != end.chunk || place.slot != end.slot;
         next_slot(shape, pool->heap.size, &place))
        count += !is_used(pool, shape, place);
    return count;
}

/* ---- The stack, or what stands for it ---- */

static bool has_stack(const struct pool *pool)
{
    return pool->heap.variant == HG_POOL_STACK;
}

/* Report that a slot enters the list, if somebody wants to know: its position takes time. */
static void report_push(const struct pool *pool, const struct shape *shape, struct place place,
                        uint64_t position)
{
    if (!pool->heap.observer)
        return;
    if (!has_stack(pool))
        position = free_below(pool, shape, place);
    hg_emit_list(&pool->heap, HG_EVENT_PUSH, FREE_SLOTS, address(pool, slot_at(shape, place)),
                 shape->slot_size, position);
}

/* Make free slots of a chunk, whatever its memory held before. */
static void add_slots(struct pool *pool, const struct shape *shape, uint64_t chunk)
{
    size_t count = slots_of(shape, chunk);
    struct place place = {chunk, 0};
    struct free_slot **link = &pool->top;
    char *start = address(pool, slot_at(shape, place));

    hg_emit_at(&pool->heap, HG_EVENT_FRESH, start, count * shape->slot_size, 0);
    memset(word_of(pool, shape, place), 0, bits_for(count, pool->settings.alignment));
    while (has_stack(pool) && *link)
        link = &(*link)->next;
    for (; place.slot < count; place.slot++) {
        struct free_slot *slot = address(pool, slot_at(shape, place));
        size_t above = (count - place.slot - 1) * shape->slot_size;

        if (above > 0)
            hg_emit_at(&pool->heap, HG_EVENT_SPLIT, slot, shape->slot_size, above);
        if (has_stack(pool)) {
            slot->next = NULL;
            *link = slot;
            link = &slot->next;
        }
        report_push(pool, shape, place, pool->free_count);
        pool->free_count++;
    }
}

/* Add a chunk. False when the break cannot grow. */
static bool add_chunk(struct pool *pool, const struct shape *shape)
{
    uint64_t chunk = pool->heap.size / shape->chunk_size;

    if (!hg_break_grow(&pool->heap, shape->chunk_size))
        return false;
    add_slots(pool, shape, chunk);
    return true;
}

/* Look through the slots from the first: O(slots). */
static bool scan(struct pool *pool, const struct shape *shape, struct place *ret_place)
{
    struct place place = {0, 0};

    do {
        bool free = !is_used(pool, shape, place);

        hg_emit_visit(&pool->heap, free ? FREE_SLOTS : HG_NO_LIST,
                      address(pool, slot_at(shape, place)), shape->slot_size, free);
        if (free) {
            *ret_place = place;
            return true;
        }
    } while (next_slot(shape, pool->heap.size, &place));
    return false;
}

/* Take the slot on top: O(1). */
static bool pop(struct pool *pool, const struct shape *shape, struct place *ret_place)
{
    struct free_slot *slot = pool->top;

    if (!slot)
        return false;
    hg_emit_visit(&pool->heap, FREE_SLOTS, slot, shape->slot_size, true);
    find_slot(shape, hg_offset(&pool->heap, slot), ret_place);
    pool->top = slot->next;
    return true;
}

static bool find_free(struct pool *pool, const struct shape *shape, struct place *ret_place)
{
    return has_stack(pool) ? pop(pool, shape, ret_place) : scan(pool, shape, ret_place);
}

/* ---- Operations ---- */

static size_t open_size(const struct hg_settings *settings)
{
    return shape_of(settings).chunk_size;
}

static void open(struct hg_heap *heap, const struct hg_settings *settings)
{
    struct pool *pool = pool_of(heap);
    struct shape shape = shape_of(settings);

    pool->settings = *settings;
    pool->free_count = 0;
    pool->top = NULL;
    for (uint64_t chunk = 0; chunk < heap->size / shape.chunk_size; chunk++)
        add_slots(pool, &shape, chunk);
}

static void *allocate_aligned(struct hg_heap *heap, size_t size, size_t alignment)
{
    struct pool *pool = pool_of(heap);
    struct shape shape = shape_of_heap(pool);
    struct place place;
    void *slot;

    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, shape.slot_size);
    if (size > shape.slot_size)
        return hg_refuse(heap, HG_REASON_LARGER_THAN_SLOT, size);
    if (alignment > pool->settings.alignment)
        return hg_refuse(heap, HG_REASON_ALIGNED_BEYOND_SLOT, size);
    if (!find_free(pool, &shape, &place) &&
        !(add_chunk(pool, &shape) && find_free(pool, &shape, &place)))
        return hg_refuse(heap, HG_REASON_NO_MEMORY, shape.slot_size);
    slot = address(pool, slot_at(&shape, place));
    hg_emit_list(heap, HG_EVENT_TAKE, FREE_SLOTS, slot, shape.slot_size, 0);
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
    struct shape shape = shape_of_heap(pool);
    struct free_slot *slot = payload;
    struct place place;

    find_slot(&shape, hg_offset(heap, payload), &place);
    set_used(pool, &shape, place, false);
    hg_emit_at(heap, HG_EVENT_RELEASE, payload, shape.slot_size, 0);
    if (has_stack(pool)) {
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
    struct shape shape = shape_of_heap(pool);
    struct place place = {0, 0};
    bool any = false;

    (void)keep; /* a pool has no wilderness */
    do {
        struct free_slot *slot = address(pool, slot_at(&shape, place));

        if (!is_used(pool, &shape, place) &&
            hg_discard(heap, slot + 1, (char *)slot + shape.slot_size))
            any = true;
    } while (next_slot(&shape, heap->size, &place));
    return any;
}

static void *reallocate(struct hg_heap *heap, void *payload, size_t size)
{
    size_t slot_size = shape_of_heap(pool_of(heap)).slot_size;

    hg_emit_at(heap, HG_EVENT_REQUEST, NULL, size, slot_size);
    if (size > slot_size)
        return hg_refuse(heap, HG_REASON_LARGER_THAN_SLOT, size);
    hg_emit_at(heap, HG_EVENT_HANDOVER, payload, slot_size, 0);
    return payload;
}

static size_t usable_size(const struct hg_heap *heap, const void *payload)
{
    (void)payload;
    return shape_of_heap((const struct pool *)heap).slot_size;
}

/* ---- Reading back ---- */

/* Visit what lies in [at, until), which is no slot: a chunk's bits, or the pad at its end. */
static bool visit_between(uint64_t at, uint64_t until, uint64_t from, hg_block_visitor *visitor,
                          void *context)
{
    struct hg_block between = hg_other_block(HG_KIND_BOOKKEEPING, at, until);

    return at == until || at < from || visitor(context, &between);
}

/* The pad of one chunk and the bits of the next are two blocks: a new chunk leaves the old ones as
 * they are. */
static void walk(const struct hg_heap *heap, size_t extent, uint64_t from,
                 hg_block_visitor *visitor, void *context)
{
    const struct pool *pool = (const struct pool *)heap;
    struct shape shape = shape_of_heap(pool);
    struct place place = {from / shape.chunk_size, 0};
    uint64_t until = place.chunk * shape.chunk_size;
    bool more = until + shape.chunk_size <= extent;

    for (; more; more = next_slot(&shape, extent, &place)) {
        struct hg_block block = {.at = slot_at(&shape, place), .size = shape.slot_size};
        uint64_t chunk_at = place.chunk * shape.chunk_size;

        if (until < chunk_at) {
            if (!visit_between(until, chunk_at, from, visitor, context))
                return;
            until = chunk_at;
        }
        if (!visit_between(until, block.at, from, visitor, context))
            return;
        until = block.at + block.size;
        block.kind = is_used(pool, &shape, place) ? HG_KIND_USED : HG_KIND_FREE;
        block.list = block.kind == HG_KIND_FREE ? FREE_SLOTS : HG_NO_LIST;
        if (block.at >= from && !visitor(context, &block))
            return;
    }
    visit_between(until, extent, from, visitor, context);
}

static void list_walk(const struct hg_heap *heap, size_t extent, uint32_t list,
                      hg_list_visitor *visitor, void *context)
{
    const struct pool *pool = (const struct pool *)heap;
    struct shape shape = shape_of_heap(pool);
    uint64_t most = extent / shape.slot_size;
    struct place place = {0, 0};

    (void)list;
    if (has_stack(pool)) {
        const struct free_slot *slot = pool->top;

        for (; slot && most > 0; slot = slot->next, most--) {
            uint64_t at = hg_offset(heap, slot);

            if (at >= extent || !find_slot(&shape, at, &place) || at + shape.slot_size > extent ||
                !visitor(context, at))
                return;
        }
        return;
    }
    do {
        if (!is_used(pool, &shape, place) && !visitor(context, slot_at(&shape, place)))
            return;
    } while (next_slot(&shape, extent, &place));
}

/* A sum over slots that is the same for the same set of slots. */
struct tally {
    const struct pool *pool;
    struct shape shape;
    uint64_t count, hash;
    bool all_free;
};

static bool tally_slot(void *context, uint64_t at)
{
    struct tally *tally = context;
    struct place place;

    tally->count++;
    tally->hash += bits_mix(at);
    if (!find_slot(&tally->shape, at, &place) || is_used(tally->pool, &tally->shape, place))
        tally->all_free = false;
    return true;
}

static bool check(const struct hg_heap *heap, size_t extent, struct hg_defect *ret_defect)
{
    const struct pool *pool = (const struct pool *)heap;
    struct tally free = {.pool = pool, .shape = shape_of_heap(pool), .all_free = true};
    struct tally listed = free;
    struct place place = {0, 0};

    if (extent % free.shape.chunk_size) {
        *ret_defect = (struct hg_defect){HG_INVARIANT_END, extent};
        return false;
    }
    do {
        if (!is_used(pool, &free.shape, place))
            tally_slot(&free, slot_at(&free.shape, place));
    } while (next_slot(&free.shape, extent, &place));
    list_walk(heap, extent, FREE_SLOTS, tally_slot, &listed);
    if (free.count != pool->free_count)
        *ret_defect = (struct hg_defect){HG_INVARIANT_STATE, 0};
    else if (listed.count != free.count || listed.hash != free.hash || !listed.all_free)
        *ret_defect = (struct hg_defect){HG_INVARIANT_LISTED, 0};
    else
        return true;
    return false;
}

static uint32_t list_count(const struct hg_settings *settings)
{
    (void)settings;
    return 1;
}

static struct hg_list_info list_info(const struct hg_settings *settings, uint32_t list)
{
    (void)settings;
    (void)list;
    return hg_list_named(HG_LIST_ROLE_FREE_LIST, "slots");
}

static struct hg_header_fields header(const struct hg_settings *settings)
{
    (void)settings;
    return (struct hg_header_fields){NULL, 0};
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
    .walk = walk,
    .check = check,
    .list_walk = list_walk,
    .list_count = list_count,
    .list_info = list_info,
    .header = header,
};
