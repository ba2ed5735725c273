/* shadow.c: see shadow.h. */
#include "heap/shadow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "test.h"

/* ---- Blocks, as the events tell of them ---- */

static void contradict(struct shadow *shadow, const char *what)
{
    if (!shadow->contradiction)
        shadow->contradiction = what;
}

/* The index of the block that starts at `at`; block_count if none does. */
static size_t find(const struct shadow *shadow, uint64_t at)
{
    size_t low = 0, high = shadow->block_count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (shadow->blocks[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low < shadow->block_count && shadow->blocks[low].at == at ? low : shadow->block_count;
}

static struct shadow_block *expect_block(struct shadow *shadow, uint64_t at, uint64_t size,
                                         uint32_t kind, const char *what)
{
    static struct shadow_block nothing;
    size_t index = find(shadow, at);

    if (index < shadow->block_count && shadow->blocks[index].size == size &&
        shadow->blocks[index].kind == kind)
        return &shadow->blocks[index];
    contradict(shadow, what);
    return &nothing;
}

static void insert_block(struct shadow *shadow, size_t index, struct shadow_block block)
{
    assert_true(shadow->block_count < SHADOW_BLOCKS_MAX);
    memmove(&shadow->blocks[index + 1], &shadow->blocks[index],
            (shadow->block_count - index) * sizeof block);
    shadow->blocks[index] = block;
    shadow->block_count++;
}

static void remove_block(struct shadow *shadow, size_t index)
{
    shadow->block_count--;
    memmove(&shadow->blocks[index], &shadow->blocks[index + 1],
            (shadow->block_count - index) * sizeof shadow->blocks[0]);
}

static struct shadow_block *last_block(struct shadow *shadow)
{
    return &shadow->blocks[shadow->block_count - 1];
}

/* The break moved up: what is new is bookkeeping until an event says otherwise. */
static void on_grow(struct shadow *shadow, const struct hg_event *event)
{
    struct shadow_block fresh = {event->at, event->size, HG_BOOKKEEPING};

    if (shadow->block_count > 0 &&
        last_block(shadow)->at + last_block(shadow)->size != event->at)
        contradict(shadow, "grow: not where the break was");
    else if (shadow->block_count > 0 && last_block(shadow)->kind == HG_BOOKKEEPING)
        last_block(shadow)->size += event->size;
    else
        insert_block(shadow, shadow->block_count, fresh);
}

/* A free block is cut out of the bookkeeping at the end. */
static void on_fresh(struct shadow *shadow, const struct hg_event *event)
{
    struct shadow_block *last = last_block(shadow);
    uint64_t end = last->at + last->size, fresh_end = event->at + event->size;

    if (last->kind != HG_BOOKKEEPING || event->at < last->at || fresh_end > end) {
        contradict(shadow, "fresh: not new memory");
        return;
    }
    last->size = event->at - last->at;
    if (last->size == 0)
        remove_block(shadow, shadow->block_count - 1);
    insert_block(shadow, shadow->block_count,
                 (struct shadow_block){event->at, event->size, HG_FREE});
    if (fresh_end < end)
        insert_block(shadow, shadow->block_count,
                     (struct shadow_block){fresh_end, end - fresh_end, HG_BOOKKEEPING});
}

/* The break moved down: the free block before the end marker loses what went back. */
static void on_trim(struct shadow *shadow, const struct hg_event *event)
{
    struct shadow_block *end = last_block(shadow), *free_block = end - 1;

    if (end->kind != HG_BOOKKEEPING || free_block->kind != HG_FREE ||
        free_block->size < event->size || end->at + end->size - event->size != event->at) {
        contradict(shadow, "trim: not of the wilderness");
        return;
    }
    end->at -= event->size;
    free_block->size -= event->size;
    if (free_block->size == 0)
        remove_block(shadow, shadow->block_count - 2);
}

static void on_split(struct shadow *shadow, const struct hg_event *event)
{
    size_t index = find(shadow, event->at);
    struct shadow_block *block = &shadow->blocks[index];

    if (index == shadow->block_count || block->size != event->size + event->other) {
        contradict(shadow, "split: not of a block");
        return;
    }
    block->size = event->size;
    insert_block(shadow, index + 1,
                 (struct shadow_block){event->at + event->size, event->other, block->kind});
}

/* Two neighbours become one: the lower has `lower` bytes and its kind stays. */
static void on_merge(struct shadow *shadow, const struct hg_event *event, uint64_t lower,
                     uint32_t kind)
{
    struct shadow_block *block =
        expect_block(shadow, event->at, lower, kind, "merge: the lower block is another");

    expect_block(shadow, event->at + lower, event->size - lower, HG_FREE,
                 "merge: the upper block is another");
    if (shadow->contradiction)
        return;
    block->size = event->size;
    remove_block(shadow, find(shadow, event->at) + 1);
}

static void on_reserve(struct shadow *shadow, const struct hg_event *event)
{
    size_t index = find(shadow, event->at);

    if (index == shadow->block_count || shadow->blocks[index].size != event->size)
        contradict(shadow, "reserve: not of a block");
    else
        shadow->blocks[index].kind = HG_BOOKKEEPING;
}

static void on_reset(struct shadow *shadow, const struct hg_event *event)
{
    shadow->block_count = 0;
    insert_block(shadow, 0, (struct shadow_block){0, event->size, HG_BOOKKEEPING});
    for (size_t list = 0; list < SHADOW_LISTS_MAX; list++)
        shadow->lists[list].count = 0;
}

static void on_handover(struct shadow *shadow, const struct hg_event *event)
{
    size_t index = find(shadow, event->at);

    if (index == shadow->block_count || shadow->blocks[index].size != event->size)
        contradict(shadow, "handover: not of a block");
    else
        shadow->blocks[index].kind = HG_USED;
}

/* ---- Lists, as the events tell of them ---- */

static void list_insert(struct shadow *shadow, uint32_t number, size_t position, uint64_t at)
{
    struct shadow_list *list = &shadow->lists[number];

    if (position > list->count) {
        contradict(shadow, "push: no such place on the list");
        return;
    }
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 64;
        list->items = realloc(list->items, list->capacity * sizeof list->items[0]);
        assert_non_null(list->items);
    }
    memmove(&list->items[position + 1], &list->items[position],
            (list->count - position) * sizeof list->items[0]);
    list->items[position] = at;
    list->count++;
}

static void list_remove(struct shadow *shadow, uint32_t number, uint64_t at)
{
    struct shadow_list *list = &shadow->lists[number];

    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == at) {
            list->count--;
            list->taken = i;
            memmove(&list->items[i], &list->items[i + 1],
                    (list->count - i) * sizeof list->items[0]);
            return;
        }
    }
    contradict(shadow, "take or unlink: not on the list");
}

static void on_list_event(struct shadow *shadow, const struct hg_event *event)
{
    if (event->kind == HG_EVENT_VISIT && event->list == HG_NO_LIST) {
        expect_block(shadow, event->at, event->size, HG_USED, "a visit to no block");
        return;
    }
    if (event->list >= SHADOW_LISTS_MAX) {
        contradict(shadow, "an event of no list");
        return;
    }
    expect_block(shadow, event->at, event->size, HG_FREE, "an event of no free block");
    if (event->kind == HG_EVENT_PUSH)
        list_insert(shadow, event->list, event->other, event->at);
    else if (event->kind == HG_EVENT_REPLACE)
        list_insert(shadow, event->list, shadow->lists[event->list].taken, event->at);
    else if (event->kind != HG_EVENT_VISIT)
        list_remove(shadow, event->list, event->at);
}

static void on_event(void *context, const struct hg_event *event)
{
    struct shadow *shadow = context;

    switch ((enum hg_event_kind)event->kind) {
    case HG_EVENT_GROW: on_grow(shadow, event); break;
    case HG_EVENT_FRESH: on_fresh(shadow, event); break;
    case HG_EVENT_TRIM: on_trim(shadow, event); break;
    case HG_EVENT_SPLIT: on_split(shadow, event); break;
    case HG_EVENT_MERGE_LEFT: on_merge(shadow, event, event->other, HG_FREE); break;
    case HG_EVENT_MERGE_RIGHT:
        on_merge(shadow, event, event->size - event->other, HG_FREE);
        break;
    case HG_EVENT_ABSORB: on_merge(shadow, event, event->size - event->other, HG_USED); break;
    case HG_EVENT_HANDOVER: on_handover(shadow, event); break;
    case HG_EVENT_RESERVE: on_reserve(shadow, event); break;
    case HG_EVENT_RESET: on_reset(shadow, event); break;
    case HG_EVENT_RELEASE:
        expect_block(shadow, event->at, event->size, HG_USED, "release: not of a used block")
            ->kind = HG_FREE;
        break;
    case HG_EVENT_VISIT: shadow->visits++; /* fall through */
    case HG_EVENT_TAKE:
    case HG_EVENT_UNLINK:
    case HG_EVENT_PUSH:
    case HG_EVENT_REPLACE: on_list_event(shadow, event); break;
    case HG_EVENT_WHOLE:
        expect_block(shadow, event->at, event->size, HG_FREE, "whole: not of a free block");
        break;
    case HG_EVENT_REQUEST:
    case HG_EVENT_GROW_REFUSED:
    case HG_EVENT_COPY:
    case HG_EVENT_REFUSE: break;
    case HG_EVENT_KINDS: contradict(shadow, "an event of no kind"); break;
    }
    if (event->kind == HG_EVENT_TAKE)
        shadow->last_take = *event;
}

/* ---- The heap under test ---- */

static void *refusing_grow(void *context, size_t size)
{
    struct shadow *shadow = context;
    struct hg_os arena = hg_os_arena(&shadow->arena);

    if (shadow->grows_until_refusal == 0)
        return NULL;
    if (shadow->grows_until_refusal != SIZE_MAX)
        shadow->grows_until_refusal--;
    return arena.grow(arena.context, size);
}

static bool plain_shrink(void *context, void *end, size_t size)
{
    struct shadow *shadow = context;
    struct hg_os arena = hg_os_arena(&shadow->arena);

    return arena.shrink(arena.context, end, size);
}

struct shadow *shadow_create(const struct hg_config *config, size_t arena_size, uint64_t seed)
{
    struct shadow *shadow = calloc(1, sizeof *shadow);
    struct hg_os os = {refusing_grow, plain_shrink, shadow};

    assert_non_null(shadow);
    shadow->arena.size = arena_size;
    shadow->arena.start = mmap(NULL, arena_size, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(shadow->arena.start != MAP_FAILED);
    shadow->random.state = seed;
    shadow->grows_until_refusal = SIZE_MAX;
    shadow->heap = hg_open(config, &os, on_event, shadow);
    assert_non_null(shadow->heap);
    shadow_compare(shadow);
    return shadow;
}

void shadow_destroy(struct shadow *shadow)
{
    hg_close(shadow->heap);
    assert_int_equal(shadow->arena.used, 0);
    munmap(shadow->arena.start, shadow->arena.size);
    for (size_t list = 0; list < SHADOW_LISTS_MAX; list++)
        free(shadow->lists[list].items);
    free(shadow);
}

/* ---- Payloads and their bytes ---- */

static unsigned char byte_of(unsigned char seed, size_t index)
{
    return (unsigned char)(seed + index * 31);
}

static void fill(struct shadow_payload *live, size_t from)
{
    for (size_t i = from; i < live->size; i++)
        live->payload[i] = byte_of(live->seed, i);
}

static void expect_bytes(const struct shadow_payload *live, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (live->payload[i] != byte_of(live->seed, i))
            fail_msg("byte %zu of a payload of %zu changed", i, live->size);
    }
}

static void begin_operation(struct shadow *shadow)
{
    shadow->last_take.kind = HG_EVENT_KINDS;
    shadow->visits = 0;
}

int shadow_allocate(struct shadow *shadow, size_t size, size_t alignment)
{
    struct shadow_payload live = {.size = size,
                                  .seed = (unsigned char)random_next(&shadow->random)};

    assert_true(shadow->live_count < SHADOW_LIVE_MAX);
    begin_operation(shadow);
    live.payload = alignment > 1 ? hg_aligned_alloc(shadow->heap, alignment, size)
                                 : hg_malloc(shadow->heap, size);
    if (!live.payload)
        return -1;
    assert_int_equal((uintptr_t)live.payload % alignment, 0);
    assert_true(hg_usable_size(shadow->heap, live.payload) >= size);
    fill(&live, 0);
    shadow->live[shadow->live_count] = live;
    return (int)shadow->live_count++;
}

bool shadow_reallocate(struct shadow *shadow, size_t index, size_t size)
{
    struct shadow_payload *live = &shadow->live[index];
    size_t kept = live->size < size ? live->size : size;
    unsigned char *moved;

    begin_operation(shadow);
    moved = hg_realloc(shadow->heap, live->payload, size);
    if (!moved) {
        expect_bytes(live, live->size);
        return false;
    }
    live->payload = moved;
    live->size = size;
    expect_bytes(live, kept);
    fill(live, kept);
    return true;
}

bool shadow_free(struct shadow *shadow, size_t index)
{
    begin_operation(shadow);
    expect_bytes(&shadow->live[index], shadow->live[index].size);
    if (!hg_free(shadow->heap, shadow->live[index].payload)) {
        assert_int_equal(errno, ENOTSUP);
        return false;
    }
    shadow->live[index] = shadow->live[--shadow->live_count];
    return true;
}

void shadow_free_all(struct shadow *shadow)
{
    while (shadow->live_count > 0 && shadow_free(shadow, shadow->live_count - 1))
        ;
    if (shadow->live_count > 0) {
        hg_reset(shadow->heap);
        shadow->live_count = 0;
    }
    shadow_compare(shadow);
}

/* ---- Comparison ---- */

struct comparison {
    struct shadow *shadow;
    size_t index;   /* of the next block, or of the next element of the list */
    uint64_t until; /* where the blocks seen so far end */
    size_t used;
    uint32_t list;
};

static bool compare_block(void *context, const struct hg_block *block)
{
    struct comparison *comparison = context;
    const struct shadow *shadow = comparison->shadow;
    const struct shadow_block *expected = &shadow->blocks[comparison->index];

    assert_int_equal(block->at, comparison->until);
    comparison->until += block->size;
    comparison->used += block->kind == HG_USED;
    if (block->kind == HG_BOOKKEEPING && expected->kind == HG_BOOKKEEPING) {
        /* the events tell one from the other only where a free block lies between */
        comparison->index += comparison->until == expected->at + expected->size;
        return true;
    }
    assert_true(comparison->index < shadow->block_count);
    assert_int_equal(block->at, expected->at);
    assert_int_equal(block->size, expected->size);
    assert_int_equal(block->kind, expected->kind);
    comparison->index++;
    return true;
}

static bool compare_item(void *context, uint64_t at)
{
    struct comparison *comparison = context;
    const struct shadow_list *list = &comparison->shadow->lists[comparison->list];

    assert_true(comparison->index < list->count);
    assert_int_equal(at, list->items[comparison->index]);
    comparison->index++;
    return true;
}

static int by_address(const void *left, const void *right)
{
    const struct shadow_payload *a = left, *b = right;

    return (a->payload > b->payload) - (a->payload < b->payload);
}

static void expect_no_overlap(const struct shadow *shadow)
{
    struct shadow_payload sorted[SHADOW_LIVE_MAX];

    memcpy(sorted, shadow->live, shadow->live_count * sizeof sorted[0]);
    qsort(sorted, shadow->live_count, sizeof sorted[0], by_address);
    for (size_t i = 1; i < shadow->live_count; i++)
        assert_true(sorted[i - 1].payload + sorted[i - 1].size <= sorted[i].payload);
}

void shadow_compare(struct shadow *shadow)
{
    struct comparison blocks = {.shadow = shadow};
    struct hg_config config = hg_config_of(shadow->heap);
    struct hg_defect defect;
    size_t size = hg_size(shadow->heap);

    if (shadow->contradiction)
        fail_msg("%s", shadow->contradiction);
    if (!hg_check(shadow->heap, size, &defect))
        fail_msg("check at +0x%lx: not true: %s", (unsigned long)defect.at,
                 hg_invariant_text(defect.broken));
    hg_walk(shadow->heap, size, 0, compare_block, &blocks);
    assert_int_equal(blocks.until, size);
    assert_int_equal(size, shadow->arena.used);
    assert_int_equal(blocks.index, shadow->block_count);
    assert_int_equal(blocks.used, shadow->live_count);
    for (uint32_t list = 0; list < hg_list_count(&config); list++) {
        struct comparison items = {.shadow = shadow, .list = list};

        hg_list_walk(shadow->heap, size, list, compare_item, &items);
        assert_int_equal(items.index, shadow->lists[list].count);
    }
    expect_no_overlap(shadow);
}

/* Mostly small sizes, sometimes up to `most`. */
static size_t random_size(struct random *random, size_t most)
{
    size_t limit = most >> random_below(random, 8);

    return 1 + random_below(random, limit ? limit : 1);
}

/* Half the time a size near the one the payload has, which asks for what in-place growth and
 * shrinking have at their edges. */
static size_t random_new_size(struct shadow *shadow, size_t index, size_t otherwise)
{
    size_t size = shadow->live[index].size, change = 1 + random_below(&shadow->random, 64);

    if (random_below(&shadow->random, 2))
        return otherwise;
    return random_below(&shadow->random, 2) || size <= change ? size + change : size - change;
}

/* The live payload at the highest address. */
static size_t last_payload(const struct shadow *shadow)
{
    size_t last = 0;

    for (size_t i = 1; i < shadow->live_count; i++) {
        if (shadow->live[i].payload > shadow->live[last].payload)
            last = i;
    }
    return last;
}

static void random_reallocation(struct shadow *shadow, size_t size)
{
    size_t index = random_below(&shadow->random, 3) == 0
                       ? last_payload(shadow)
                       : random_below(&shadow->random, shadow->live_count);

    shadow_reallocate(shadow, index, random_new_size(shadow, index, size));
}

void shadow_step(struct shadow *shadow, size_t most)
{
    struct random *random = &shadow->random;
    uint64_t choice = random_below(random, 100);
    size_t size = random_size(random, most);

    if (shadow->live_count == SHADOW_LIVE_MAX) {
        choice = 99;
        if (!shadow_free(shadow, 0))
            shadow_free_all(shadow);
    }
    if (shadow->live_count == 0 || choice < 45)
        shadow_allocate(shadow, size, 1);
    else if (choice < 50)
        shadow_allocate(shadow, size, (size_t)1 << random_below(random, 13));
    else if (choice < 65)
        random_reallocation(shadow, size);
    else
        shadow_free(shadow, random_below(random, shadow->live_count));
    shadow_compare(shadow);
}
