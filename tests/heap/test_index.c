/* test_index.c: best and worst fit choose by their index what a scan of the list chooses. */
#include <stdlib.h>
#include <sys/mman.h>

#include "base/random.h"
#include "heap/fit/fit_index.h"
#include "test.h"

#define ARENA_SIZE ((size_t)16 << 20)

enum { LIVE_MAX = 1500, OPERATIONS = 12000, SEEDS = 2 };

struct side {
    struct hg_arena arena;
    struct hg_heap *heap;
    void *live[LIVE_MAX];
};

/* One heap that is watched, so that its list is scanned, and one that is not. */
struct pair {
    struct side watched, alone;
    struct random random;
    size_t count;
    bool had_index;
};

static void ignore(void *context, const struct hg_event *event)
{
    (void)context;
    (void)event;
}

static void open_side(struct side *side, const struct hg_config *config, hg_observer *observer)
{
    struct hg_os os = hg_os_arena(&side->arena);

    side->arena = (struct hg_arena){.start = aligned_alloc(4096, ARENA_SIZE), .size = ARENA_SIZE};
    assert_non_null(side->arena.start);
    side->heap = hg_open(config, &os, observer, NULL);
    assert_non_null(side->heap);
}

static void expect_same(const struct pair *pair, const void *watched, const void *alone)
{
    if (!watched || !alone)
        assert_true(!watched && !alone);
    else
        assert_int_equal((const char *)watched - pair->watched.arena.start,
                         (const char *)alone - pair->alone.arena.start);
}

static void allocate(struct pair *pair, size_t size, size_t alignment)
{
    void *watched = hg_aligned_alloc(pair->watched.heap, alignment, size);
    void *alone = hg_aligned_alloc(pair->alone.heap, alignment, size);

    expect_same(pair, watched, alone);
    if (!watched)
        return;
    pair->watched.live[pair->count] = watched;
    pair->alone.live[pair->count++] = alone;
}

static void resize(struct pair *pair, size_t chosen, size_t size)
{
    void **watched = &pair->watched.live[chosen], **alone = &pair->alone.live[chosen];
    void *moved = hg_realloc(pair->watched.heap, *watched, size);
    void *moved_alone = hg_realloc(pair->alone.heap, *alone, size);

    expect_same(pair, moved, moved_alone);
    if (!moved)
        return;
    *watched = moved;
    *alone = moved_alone;
}

static void release(struct pair *pair, size_t chosen)
{
    assert_true(hg_free(pair->watched.heap, pair->watched.live[chosen]));
    assert_true(hg_free(pair->alone.heap, pair->alone.live[chosen]));
    pair->watched.live[chosen] = pair->watched.live[--pair->count];
    pair->alone.live[chosen] = pair->alone.live[pair->count];
}

/* Sizes of which many are the same, and many tiny. */
static size_t draw_size(struct pair *pair)
{
    static const size_t most[] = {8, 24, 40, 100, 300, 2000};

    return 1 + random_below(&pair->random, most[random_below(&pair->random, TEST_COUNT(most))]);
}

static void step(struct pair *pair)
{
    uint64_t dice = random_below(&pair->random, 1000);
    size_t chosen = pair->count ? random_below(&pair->random, pair->count) : 0;

    if (dice < 1)
        for (int i = 0; i < 200 && pair->count > 0; i++)
            release(pair, random_below(&pair->random, pair->count));
    else if (dice < 10 && pair->count < LIVE_MAX)
        allocate(pair, draw_size(pair), (size_t)64 << random_below(&pair->random, 4));
    else if (dice < 60 && pair->count > 0)
        resize(pair, chosen, draw_size(pair));
    else if (pair->count == LIVE_MAX || (dice < 380 && pair->count > 0))
        release(pair, chosen);
    else
        allocate(pair, draw_size(pair), 1);
    pair->had_index |= fit_has_index((struct fit *)pair->alone.heap);
}

/* Somebody watches the other heap, too, for a while: its index goes, and comes again. */
static void look_for_a_while(struct pair *pair)
{
    hg_observe(pair->alone.heap, ignore, NULL);
    for (int i = 0; i < 50; i++)
        step(pair);
    assert_false(fit_has_index((struct fit *)pair->alone.heap));
    hg_observe(pair->alone.heap, NULL, NULL);
}

static void run(const struct hg_config *config, uint64_t seed)
{
    struct pair *pair = calloc(1, sizeof *pair);
    struct hg_defect defect;

    assert_non_null(pair);
    pair->random.state = seed;
    open_side(&pair->watched, config, ignore);
    open_side(&pair->alone, config, NULL);
    hg_allow_index(pair->alone.heap);
    for (int i = 0; i < OPERATIONS; i++) {
        if (i % (OPERATIONS / 3) == OPERATIONS / 4)
            look_for_a_while(pair);
        step(pair);
    }
    assert_true(pair->had_index);
    assert_true(hg_check(pair->alone.heap, hg_size(pair->alone.heap), &defect));
    free(pair->watched.arena.start);
    free(pair->alone.arena.start);
    free(pair);
}

static void run_with(const char *policy, enum hg_setting setting, uint64_t value)
{
    struct hg_config config = hg_config_default(policy);

    config.settings[setting] = value;
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        run(&config, seed);
}

static void the_index_chooses_what_the_scan_does(void **state)
{
    static const struct {
        enum hg_setting setting;
        uint64_t value;
    } rows[] = {
        {HG_SETTING_ORDER, HG_ORDER_LIFO},
        {HG_SETTING_ORDER, HG_ORDER_FIFO},
        {HG_SETTING_ORDER, HG_ORDER_ADDRESS},
        {HG_SETTING_ORDER, HG_ORDER_SIZE_UP},
        {HG_SETTING_ORDER, HG_ORDER_SIZE_DOWN},
        {HG_SETTING_COALESCE, HG_COALESCE_DEFERRED},
        {HG_SETTING_COALESCE, HG_COALESCE_NEVER},
        {HG_SETTING_PLACE, HG_PLACE_HIGH},
        {HG_SETTING_ALIGNMENT, 8},
        {HG_SETTING_HEADER, 16},
        {HG_SETTING_BOUNDARY_TAGS, HG_BOUNDARY_TAGS_FREE_ONLY},
        {HG_SETTING_GROW, 4096},
        {HG_SETTING_RELEASE, 65536},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        run_with("best-fit", rows[i].setting, rows[i].value);
        run_with("worst-fit", rows[i].setting, rows[i].value);
    }
}

/* Places are counted in words of 32 bits: a heap that grows beyond what these can name has no index
 * any more. Its pages are hardly touched. */
static void a_heap_of_more_than_32_gib_has_no_index(void **state)
{
    enum { GIB = 1 << 30, BLOCKS = 400 };
    const size_t size = (size_t)40 * GIB;
    struct hg_arena arena = {.start = mmap(NULL, size, PROT_READ | PROT_WRITE,
                                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
                             .size = size};
    struct hg_config config = hg_config_default("best-fit");
    struct hg_os os = hg_os_arena(&arena);
    void *payloads[BLOCKS], *high;
    struct hg_heap *heap;

    (void)state;
    if (arena.start == MAP_FAILED) {
        test_skipped("there are no addresses for 40 GiB");
        return;
    }
    heap = hg_open(&config, &os, NULL, NULL);
    hg_allow_index(heap);
    for (size_t i = 0; i < BLOCKS; i++)
        payloads[i] = hg_malloc(heap, 100);
    for (size_t i = 0; i < BLOCKS; i += 2)
        hg_free(heap, payloads[i]);
    assert_non_null(hg_malloc(heap, 50));
    assert_true(fit_has_index((struct fit *)heap));
    assert_non_null(hg_malloc(heap, (size_t)34 * GIB));
    high = hg_malloc(heap, 5000);
    assert_non_null(hg_malloc(heap, 100));
    hg_free(heap, high);
    assert_false(fit_has_index((struct fit *)heap));
    assert_ptr_equal(hg_malloc(heap, 5000), high);
    munmap(arena.start, size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_index_chooses_what_the_scan_does),
        cmocka_unit_test(a_heap_of_more_than_32_gib_has_no_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
