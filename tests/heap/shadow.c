/* shadow.c: see shadow.h. */
#include "heap/shadow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "heap/settings.h"
#include "test.h"

/* ---- The heap under test ---- */

static void *refusing_grow(void *context, size_t size)
{
    struct shadow *shadow = context;
    struct hg_os arena = hg_os_arena(&shadow->arena);

    shadow->grows++;
    if (shadow->refuse_every && shadow->grows % shadow->refuse_every == 0) {
        errno = ENOMEM;
        return NULL;
    }
    return arena.grow(arena.context, size);
}

static bool refusing_shrink(void *context, void *end, size_t size)
{
    struct shadow *shadow = context;
    struct hg_os arena = hg_os_arena(&shadow->arena);

    return !shadow->refuse_shrinks && arena.shrink(arena.context, end, size);
}

struct shadow *shadow_create(const struct hg_config *config, size_t arena_size, uint64_t seed)
{
    struct shadow *shadow = calloc(1, sizeof *shadow);
    struct hg_os os = {refusing_grow, refusing_shrink, shadow};

    assert_non_null(shadow);
    shadow->arena.size = arena_size;
    shadow->arena.start = mmap(NULL, arena_size, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(shadow->arena.start != MAP_FAILED);
    shadow->random.state = seed;
    shadow->heap = hg_open(config, &os, shadow_event, shadow);
    assert_non_null(shadow->heap);
    shadow_compare(shadow);
    return shadow;
}

void shadow_destroy(struct shadow *shadow)
{
    shadow->refuse_shrinks = false;
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

static void expect_zeros(const struct shadow_payload *live)
{
    for (size_t i = 0; i < live->size; i++) {
        if (live->payload[i])
            fail_msg("byte %zu of a cleared payload of %zu is not zero", i, live->size);
    }
}

/* The payload must have room, and no byte in common with any other. */
static void expect_own_bytes(const struct shadow *shadow, const struct shadow_payload *live)
{
    assert_true(hg_usable_size(shadow->heap, live->payload) >= live->size);
    for (size_t i = 0; i < shadow->live_count; i++) {
        const struct shadow_payload *other = &shadow->live[i];

        if (other != live && other->payload < live->payload + live->size &&
            live->payload < other->payload + other->size)
            fail_msg("payloads %p and %p overlap", (void *)live->payload, (void *)other->payload);
    }
}

static void begin_operation(struct shadow *shadow)
{
    shadow->last_take.kind = HG_EVENT_COUNT;
    shadow->visits = 0;
    errno = 0;
}

/* Keep what an allocation answered. */
static int keep(struct shadow *shadow, unsigned char *payload, size_t size)
{
    struct shadow_payload *live = &shadow->live[shadow->live_count];

    if (!payload) {
        assert_int_equal(errno, ENOMEM);
        return -1;
    }
    *live = (struct shadow_payload){payload, size, (unsigned char)random_next(&shadow->random)};
    expect_own_bytes(shadow, live);
    return (int)shadow->live_count++;
}

int shadow_allocate(struct shadow *shadow, size_t size, size_t alignment)
{
    int index;

    assert_true(shadow->live_count < SHADOW_LIVE_MAX);
    begin_operation(shadow);
    index = keep(shadow,
                 alignment > 1 ? hg_aligned_alloc(shadow->heap, alignment, size)
                               : hg_malloc(shadow->heap, size),
                 size);
    if (index >= 0) {
        assert_int_equal((uintptr_t)shadow->live[index].payload % alignment, 0);
        fill(&shadow->live[index], 0);
    }
    return index;
}

int shadow_allocate_cleared(struct shadow *shadow, size_t size)
{
    int index;

    assert_true(shadow->live_count < SHADOW_LIVE_MAX);
    begin_operation(shadow);
    index = keep(shadow, hg_calloc(shadow->heap, 1, size), size);
    if (index >= 0) {
        expect_zeros(&shadow->live[index]);
        fill(&shadow->live[index], 0);
    }
    return index;
}

bool shadow_reallocate(struct shadow *shadow, size_t index, size_t size)
{
    struct shadow_payload *live = &shadow->live[index];
    size_t kept = live->size < size ? live->size : size;
    unsigned char *moved;

    begin_operation(shadow);
    moved = hg_realloc(shadow->heap, live->payload, size);
    if (!moved) {
        assert_int_equal(errno, ENOMEM);
        expect_bytes(live, live->size);
        return false;
    }
    live->payload = moved;
    live->size = size;
    expect_own_bytes(shadow, live);
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

void shadow_reset(struct shadow *shadow)
{
    begin_operation(shadow);
    hg_reset(shadow->heap);
    shadow->live_count = 0;
}

void shadow_free_all(struct shadow *shadow)
{
    while (shadow->live_count > 0 && shadow_free(shadow, shadow->live_count - 1))
        ;
    if (shadow->live_count > 0)
        shadow_reset(shadow);
    shadow_compare(shadow);
}

/* ---- Comparison ---- */

struct comparison {
    struct shadow *shadow;
    size_t index;   /* of the next block, or of the next element of the list */
    uint64_t until; /* where the blocks seen so far end */
    size_t used;
    uint64_t payloads; /* a sum of hashes: the same for the same set of payloads */
    uint32_t list;
};

static bool compare_block(void *context, const struct hg_block *block)
{
    struct comparison *comparison = context;
    const struct shadow *shadow = comparison->shadow;
    const struct shadow_block *expected = &shadow->blocks[comparison->index];

    if (block->at != comparison->until || comparison->index >= shadow->block_count)
        fail_msg("a gap, an overlap or a block too many at +0x%lx", (unsigned long)block->at);
    comparison->until += block->size;
    if (block->kind == HG_KIND_BOOKKEEPING && expected->kind == HG_KIND_BOOKKEEPING) {
        /* the events tell one from the other only where a free block lies between */
        comparison->index += comparison->until == expected->at + expected->size;
        return true;
    }
    if (block->at != expected->at || block->size != expected->size || block->kind != expected->kind)
        fail_msg("the events know no such block at +0x%lx", (unsigned long)block->at);
    if (block->kind == HG_KIND_USED) {
        comparison->used++;
        comparison->payloads += bits_mix(block->at + block->header);
    }
    comparison->index++;
    return true;
}

static bool compare_item(void *context, uint64_t at)
{
    struct comparison *comparison = context;
    const struct shadow_list *list = &comparison->shadow->lists[comparison->list];

    if (comparison->index >= list->count || at != list->items[comparison->index])
        fail_msg("the events know no +0x%lx at this place of list %u", (unsigned long)at,
                 comparison->list);
    comparison->index++;
    return true;
}

/* The used blocks are those of the live payloads: a payload is where its block says. */
static void compare_payloads(const struct shadow *shadow, const struct comparison *blocks)
{
    uint64_t expected = 0;

    for (size_t i = 0; i < shadow->live_count; i++)
        expected += bits_mix((uint64_t)(shadow->live[i].payload - (unsigned char *)shadow->heap));
    assert_int_equal(blocks->used, shadow->live_count);
    assert_true(blocks->payloads == expected);
}

/* There can be many lists: the empty ones are compared each time this often. */
enum { COMPARE_EMPTY = 64 };

static void compare_lists(struct shadow *shadow, size_t size)
{
    struct hg_config config = hg_config_of(shadow->heap);
    uint32_t lists = hg_list_count(&config);

    for (uint32_t list = 0; list < lists; list++) {
        struct comparison items = {.shadow = shadow, .list = list};

        if (shadow->lists[list].count == 0 && shadow->comparisons % COMPARE_EMPTY)
            continue;
        hg_list_walk(shadow->heap, size, list, compare_item, &items);
        assert_int_equal(items.index, shadow->lists[list].count);
    }
    shadow->comparisons++;
}

static struct comparison compare_heap(struct shadow *shadow)
{
    struct comparison blocks = {.shadow = shadow};
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
    compare_lists(shadow, size);
    return blocks;
}

void shadow_compare_heap(struct shadow *shadow)
{
    compare_heap(shadow);
}

void shadow_compare(struct shadow *shadow)
{
    struct comparison blocks = compare_heap(shadow);

    compare_payloads(shadow, &blocks);
}

/* ---- Random operations ---- */

enum { PHASE = 1000 };

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

/* One random operation; where nothing is live, an allocation. Frees come up more often every other
 * while, so that the heap empties again. */
static void random_operation(struct shadow *shadow, size_t most)
{
    struct random *random = &shadow->random;
    uint64_t choice = random_below(random, 1000);
    size_t size = settings_random_size(random, most);
    uint64_t frees_from = shadow->operations++ / PHASE % 2 ? 400 : 700;

    if (shadow->live_count == 0 || (choice >= 255 && choice < frees_from))
        shadow_allocate(shadow, size, 1);
    else if (choice < 50)
        shadow_allocate(shadow, size, (size_t)1 << random_below(random, 13));
    else if (choice < 100)
        shadow_allocate_cleared(shadow, size);
    else if (choice < 250)
        random_reallocation(shadow, size);
    else if (choice < 254)
        hg_coalesce(shadow->heap);
    else if (choice < 255)
        shadow_reset(shadow);
    else
        shadow_free(shadow, random_below(random, shadow->live_count));
}

void shadow_step(struct shadow *shadow, size_t most)
{
    if (shadow->live_count == SHADOW_LIVE_MAX && !shadow_free(shadow, 0))
        shadow_reset(shadow);
    random_operation(shadow, most);
    shadow_compare(shadow);
}
