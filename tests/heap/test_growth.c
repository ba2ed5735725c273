/* test_growth.c: a segregated heap grows only where nothing that it has would have done. */
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "heap/fast/fast_quick.h"
#include "heap/fast/fast_slots.h"
#include "test.h"

#define ARENA_SIZE ((size_t)64 << 20)

enum { LIVE_MAX = 2000, OPERATIONS = 20000 };

/* A heap whose arena looks at it each time that it is to grow. */
struct grower {
    struct hg_heap *heap;
    struct hg_arena arena;
    struct random random;
    void *live[LIVE_MAX + 3];
    size_t count;
    uint64_t asked; /* bytes of the request at hand that may not be in one place */
    uint64_t grown; /* times */
};

/* Whether the bytes of a block would do for a request, if no other did. */
static bool is_idle(const struct fast_block *block)
{
    const struct fast_slab *slab = (const void *)block;

    if (block->flags & FAST_SLAB)
        return block->flags & FAST_LISTED && slab->until == 0;
    return !fast_is_used(block) || block->flags & FAST_QUICK;
}

/* The longest run of idle bytes, and the one that ends the heap. */
static uint64_t longest_run(const struct fast *fast, uint64_t *ret_last)
{
    const struct fast_block *block = (const void *)(fast + 1), *end = fast_end(fast);
    uint64_t run = 0, longest = 0;

    for (; block < end; block = fast_right(block)) {
        run = is_idle(block) ? run + fast_bytes(block->units) : 0;
        if (run > longest && fast_right(block) != end)
            longest = run;
    }
    *ret_last = run;
    return longest;
}

static void *grow(void *context, size_t size)
{
    struct grower *grower = context;
    struct hg_os arena = hg_os_arena(&grower->arena);
    uint64_t last, longest;

    if (grower->heap) {
        longest = longest_run(fast_of(grower->heap), &last);
        if (longest >= size + last && longest >= grower->asked)
            fail_msg("%zu bytes more for one of %zu, where %zu were in one place", size,
                     size + (size_t)last, (size_t)longest);
        grower->grown++;
    }
    return arena.grow(arena.context, size);
}

static bool shrink(void *context, void *end, size_t size)
{
    struct grower *grower = context;
    struct hg_os arena = hg_os_arena(&grower->arena);

    return arena.shrink(arena.context, end, size);
}

static struct grower *begin(const struct hg_config *config, uint64_t seed)
{
    struct grower *grower = calloc(1, sizeof *grower);
    struct hg_os os = {.grow = grow, .shrink = shrink, .context = grower};

    assert_non_null(grower);
    grower->random.state = seed;
    grower->arena = (struct hg_arena){.start = aligned_alloc(4096, ARENA_SIZE), .size = ARENA_SIZE};
    assert_non_null(grower->arena.start);
    grower->heap = hg_open(config, &os, NULL, NULL);
    assert_non_null(grower->heap);
    return grower;
}

static void end(struct grower *grower)
{
    struct hg_defect defect;

    assert_true(hg_check(grower->heap, hg_size(grower->heap), &defect));
    free(grower->arena.start);
    free(grower);
}

static void allocate(struct grower *grower, size_t size)
{
    void *payload = hg_malloc(grower->heap, size);

    assert_non_null(payload);
    memset(payload, 0xab, size);
    grower->live[grower->count++] = payload;
}

static void free_one(struct grower *grower)
{
    size_t chosen = random_below(&grower->random, grower->count);

    assert_true(hg_free(grower->heap, grower->live[chosen]));
    grower->live[chosen] = grower->live[--grower->count];
}

static void free_all(struct grower *grower)
{
    while (grower->count > 0)
        assert_true(hg_free(grower->heap, grower->live[--grower->count]));
}

/* A size, most often a small one. */
static size_t draw_size(struct grower *grower)
{
    size_t most = (size_t)16 << random_below(&grower->random, 12);

    return 1 + random_below(&grower->random, most);
}

/* A block that grows where it is grows by what it lacks, wherever else there is room. */
static void resize(struct grower *grower)
{
    size_t chosen = random_below(&grower->random, grower->count);
    void *moved;

    grower->asked = UINT64_MAX;
    moved = hg_realloc(grower->heap, grower->live[chosen], draw_size(grower));
    grower->asked = 0;
    assert_non_null(moved);
    grower->live[chosen] = moved;
}

static void step(struct grower *grower)
{
    uint64_t dice = random_below(&grower->random, 1000);

    if (dice < 2)
        free_all(grower);
    else if (dice < 40 && grower->count > 0)
        resize(grower);
    else if (grower->count == LIVE_MAX || (dice < 500 && grower->count > 0))
        free_one(grower);
    else
        allocate(grower, draw_size(grower));
}

static void no_growth_leaves_a_run_that_would_have_done(void **state)
{
    static const enum hg_setting switches[] = {HG_SETTING_SLABS, HG_SETTING_QUICK_LISTS,
                                               HG_SETTING_BINS, HG_SETTING_COUNT};

    (void)state;
    for (size_t off = 0; off < TEST_COUNT(switches); off++) {
        struct hg_config config = hg_config_default("segregated");
        struct grower *grower;

        if (switches[off] < HG_SETTING_COUNT)
            config.settings[switches[off]] = HG_SWITCH_OFF;
        for (uint64_t seed = 1; seed <= 4; seed++) {
            grower = begin(&config, seed);
            for (int i = 0; i < OPERATIONS; i++)
                step(grower);
            assert_true(grower->grown > 0);
            end(grower);
        }
    }
}

/* Tables lie where they were made; once all is free, they are all that is left, and must not cut
 * it. */
static void tables_do_not_cut_what_is_free(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct hg_config config = hg_config_default("segregated");
        struct grower *grower;
        const struct fast *fast;
        size_t size;

        config.settings[HG_SETTING_TRIM] = HG_TRIM_NEVER;
        grower = begin(&config, seed);
        fast = fast_of(grower->heap);
        while (grower->count < LIVE_MAX) {
            for (int i = 0; i < 3; i++)
                allocate(grower, 1 + random_below(&grower->random, 200));
            free_one(grower);
        }
        free_all(grower);
        assert_true((fast->bins != 0) + (fast->quick != 0) + (fast->map != 0) >= 2);
        size = hg_size(grower->heap);
        assert_non_null(hg_malloc(grower->heap, size - size / 16));
        assert_int_equal(hg_size(grower->heap), size);
        end(grower);
    }
}

/* ---- What waits pays for itself ---- */

/* The bytes that wait. */
static uint64_t waiting(const struct grower *grower)
{
    const struct fast *fast = fast_of(grower->heap);
    const struct fast_block *block = (const void *)(fast + 1), *end_marker = fast_end(fast);
    uint64_t bytes = 0;

    for (; block < end_marker; block = fast_right(block))
        bytes += block->flags & FAST_QUICK ? fast_bytes(block->units) : 0;
    return bytes;
}

static struct grower *begin_with_quick_lists(void)
{
    struct hg_config config = hg_config_default("segregated");
    struct grower *grower;

    config.settings[HG_SETTING_TRIM] = HG_TRIM_NEVER;
    grower = begin(&config, 1);
    assert_true(hg_free(grower->heap, hg_malloc(grower->heap, 1 << 20)));
    allocate(grower, 600000);
    assert_true(fast_of(grower->heap)->quick != 0);
    return grower;
}

static void no_more_waits_than_a_part_of_the_heap(void **state)
{
    struct grower *grower = begin_with_quick_lists();
    uint64_t most = 0;

    (void)state;
    while (grower->count < LIVE_MAX)
        allocate(grower, 216);
    while (grower->count > 0) {
        free_one(grower);
        if (waiting(grower) > most)
            most = waiting(grower);
    }
    assert_true(most > 0);
    assert_true(most <= hg_size(grower->heap) / 4);
    end(grower);
}

static void lists_that_miss_rest(void **state)
{
    struct grower *grower = begin_with_quick_lists();
    size_t size = 40;

    (void)state;
    for (int i = 0; i < LIVE_MAX / 2; i++)
        allocate(grower, 40 + 16 * random_below(&grower->random, 200));
    for (int i = 0; i < 20 * LIVE_MAX; i++) { /* ever another size: nothing is taken again */
        free_one(grower);
        allocate(grower, size);
        size = size < 3000 ? size + 16 : 40;
    }
    assert_true(fast_quick(fast_of(grower->heap))->rest > 0);
    assert_int_equal(waiting(grower), 0);
    end(grower);
}

static void lists_that_hit_do_not_rest(void **state)
{
    struct grower *grower = begin_with_quick_lists();

    (void)state;
    for (int i = 0; i < 20 * LIVE_MAX; i++) {
        for (int j = 0; j < 20; j++)
            allocate(grower, 216 + 16 * (j % 4));
        for (int j = 0; j < 20; j++)
            assert_true(hg_free(grower->heap, grower->live[--grower->count]));
    }
    assert_int_equal(fast_quick(fast_of(grower->heap))->rest, 0);
    assert_true(waiting(grower) > 0);
    end(grower);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_growth_leaves_a_run_that_would_have_done),
        cmocka_unit_test(tables_do_not_cut_what_is_free),
        cmocka_unit_test(no_more_waits_than_a_part_of_the_heap),
        cmocka_unit_test(lists_that_miss_rest),
        cmocka_unit_test(lists_that_hit_do_not_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
