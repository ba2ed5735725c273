/* test_lent_index.c: a heap to which memory was lent for an index gives out the same, and holds the
 * same after each operation, byte for byte, as one that searches. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bits.h"
#include "base/random.h"
#include "heap/aside.h"
#include "test.h"

#define ARENA_SIZE ((size_t)1 << 20)

enum { LIVE = 300, OPERATIONS = 3000, ASIDE_SIZE = 1 << 16, TINY_ASIDE = 512 };

/* What a heap came to: how often it had an index, and a hash of its bytes after each operation. */
struct outcome {
    uint64_t hashes[OPERATIONS];
    int indexed;
};

/* One heap on its way. All begin at the same address, as their links are addresses. */
struct side {
    struct hg_arena arena;
    struct hg_heap *heap;
    struct hg_aside aside;
    void *live[LIVE];
    struct random random;
};

static uint64_t hash_of(const struct hg_heap *heap)
{
    uint64_t hash = hg_size(heap), word;

    for (size_t at = sizeof *heap; at + sizeof word <= hg_size(heap); at += sizeof word) {
        memcpy(&word, (const char *)heap + at, sizeof word);
        hash = bits_mix(hash ^ word);
    }
    return hash;
}

static size_t draw_size(struct side *side)
{
    static const size_t most[] = {8, 24, 40, 100, 600};

    return 1 + random_below(&side->random, most[random_below(&side->random, TEST_COUNT(most))]);
}

static void step(struct side *side)
{
    void **live = &side->live[random_below(&side->random, LIVE)];
    uint64_t dice = random_below(&side->random, 200);
    size_t size = draw_size(side);

    if (dice < 20)
        *live = *live ? hg_realloc(side->heap, *live, size) : NULL;
    else if (dice < 22)
        hg_coalesce(side->heap);
    else if (*live && hg_free(side->heap, *live))
        *live = NULL;
    else if (dice < 30)
        *live = hg_aligned_alloc(side->heap, (size_t)8 << dice % 6, size);
    else
        *live = hg_malloc(side->heap, dice < 32 ? size * 20 : size);
}

static void ignore(void *context, const struct hg_event *event)
{
    (void)context;
    (void)event;
}

/* Lend memory anew, to a heap that is tired of searching already. */
static void lend(struct side *side)
{
    side->aside.is_kept = false;
    side->aside.effort = UINT32_MAX;
    hg_aside_lend(side->heap, &side->aside);
}

/* Somebody observes for a while; then what was kept is not true any more. */
static void look(struct side *side)
{
    hg_observe(side->heap, ignore, NULL);
    for (int i = 0; i < 20; i++)
        step(side);
    lend(side);
}

/* Open a heap in an arena that is all zero, and lend it so much memory. */
static void open_side(struct side *side, const struct hg_config *config, char *arena, void *memory,
                      size_t size)
{
    struct hg_os os;

    *side = (struct side){.arena = {.start = arena, .size = ARENA_SIZE},
                          .aside = {.memory = memory, .size = size},
                          .random = {.state = 11}};
    os = hg_os_arena(&side->arena);
    memset(arena, 0, ARENA_SIZE);
    side->heap = hg_open(config, &os, NULL, NULL);
    assert_non_null(side->heap);
    lend(side);
}

static void run(const struct hg_config *config, char *arena, void *memory, size_t size,
                struct outcome *ret_outcome)
{
    struct hg_defect defect;
    struct side side;

    *ret_outcome = (struct outcome){.indexed = 0};
    open_side(&side, config, arena, memory, size);
    for (int i = 0; i < OPERATIONS; i++) {
        if (i % 500 == 499)
            look(&side);
        step(&side);
        ret_outcome->hashes[i] = hash_of(side.heap);
        ret_outcome->indexed += hg_aside_kept(side.heap) != NULL;
    }
    assert_true(hg_check(side.heap, hg_size(side.heap), &defect));
}

/* Returns for how many operations there was an index. */
static int expect_same(const struct hg_config *config, size_t size)
{
    char *arena = aligned_alloc(4096, ARENA_SIZE);
    void *memory = malloc(ASIDE_SIZE);
    static struct outcome along, indexed;

    assert_true(arena && memory);
    run(config, arena, NULL, 0, &along);
    run(config, arena, memory, size, &indexed);
    assert_int_equal(along.indexed, 0);
    for (int i = 0; i < OPERATIONS; i++)
        assert_int_equal(along.hashes[i], indexed.hashes[i]);
    free(memory);
    free(arena);
    return indexed.indexed;
}

static struct hg_config config_of(const char *policy, enum hg_fit fit, enum hg_order order,
                                  enum hg_coalesce coalesce)
{
    struct hg_config config = hg_config_default(policy);

    config.settings[HG_SETTING_FIT] = fit;
    config.settings[HG_SETTING_ORDER] = order;
    config.settings[HG_SETTING_COALESCE] = coalesce;
    config.settings[HG_SETTING_GROW] = 64;
    return config;
}

static void an_index_changes_nothing(void **state)
{
    static const struct {
        const char *policy;
        enum hg_fit fit;
    } rows[] = {{"kr", HG_FIT_IS_FIRST},
                {"csapp", HG_FIT_IS_FIRST},
                {"csapp", HG_FIT_IS_NEXT},
                {"osmem", HG_FIT_IS_FIRST},
                {"pool-scan", HG_FIT_IS_FIRST}};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct hg_config config =
            config_of(rows[i].policy, rows[i].fit, HG_ORDER_LIFO, HG_COALESCE_IMMEDIATE);

        assert_true(expect_same(&config, ASIDE_SIZE) > OPERATIONS / 2);
    }
}

static bool is_by_size(enum hg_order order)
{
    return order == HG_ORDER_SIZE_UP || order == HG_ORDER_SIZE_DOWN;
}

static void an_index_changes_nothing_in_any_order(void **state)
{
    static const enum hg_fit fits[] = {HG_FIT_IS_FIRST, HG_FIT_IS_BEST, HG_FIT_IS_WORST};
    static const enum hg_coalesce times[] = {HG_COALESCE_IMMEDIATE, HG_COALESCE_DEFERRED,
                                             HG_COALESCE_NEVER};

    (void)state;
    for (size_t i = 0; i < 5 * TEST_COUNT(fits) * TEST_COUNT(times); i++) {
        enum hg_fit fit = fits[i % TEST_COUNT(fits)];
        enum hg_order order = (enum hg_order)(i / TEST_COUNT(fits) % 5);
        struct hg_config config = config_of("ostep", fit, order, times[i / TEST_COUNT(fits) / 5]);
        int indexed = expect_same(&config, ASIDE_SIZE);

        if (is_by_size(order))
            assert_int_equal(indexed, 0);
        else
            assert_true(indexed > OPERATIONS / 2);
    }
}

static void an_index_changes_nothing_under_any_fit(void **state)
{
    static const char *const policies[] = {"first-fit", "next-fit", "best-fit", "worst-fit"};
    static const enum hg_coalesce times[] = {HG_COALESCE_IMMEDIATE, HG_COALESCE_DEFERRED,
                                             HG_COALESCE_NEVER};

    (void)state;
    for (size_t i = 0; i < 5 * TEST_COUNT(policies) * TEST_COUNT(times); i++) {
        size_t policy = i % TEST_COUNT(policies);
        enum hg_order order = (enum hg_order)(i / TEST_COUNT(policies) % 5);
        struct hg_config config = config_of(policies[policy], HG_FIT_IS_FIRST, order,
                                            times[i / TEST_COUNT(policies) / 5]);

        assert_true(expect_same(&config, ASIDE_SIZE) > OPERATIONS / 2);
    }
}

/* Two pieces that lie side by side come together on the list as the one between them is taken; then
 * a part of the first is taken, too, before a pass merges what is left. Returns a
 * hash of it all. */
static uint64_t merge_late(char *arena, void *memory)
{
    struct hg_config config =
        config_of("ostep", HG_FIT_IS_FIRST, HG_ORDER_LIFO, HG_COALESCE_IMMEDIATE);
    static const size_t sizes[] = {48, 48, 16, 112, 16, 16, 16};
    void *payloads[TEST_COUNT(sizes)];
    struct side side;

    open_side(&side, &config, arena, memory, memory ? ASIDE_SIZE : 0);
    for (size_t i = 0; i < TEST_COUNT(sizes); i++)
        payloads[i] = hg_malloc(side.heap, sizes[i]);
    assert_true((hg_aside_kept(side.heap) != NULL) == (memory != NULL));
    hg_free(side.heap, payloads[1]);
    hg_free(side.heap, payloads[3]);
    hg_free(side.heap, payloads[0]);
    assert_ptr_equal(hg_malloc(side.heap, 112), payloads[3]);
    assert_ptr_equal(hg_malloc(side.heap, 16), payloads[0]);
    hg_free(side.heap, payloads[5]);
    return hash_of(side.heap);
}

static void pieces_that_searches_bring_together_are_merged_by_the_next_pass(void **state)
{
    char *arena = aligned_alloc(4096, ARENA_SIZE);
    void *memory = malloc(ASIDE_SIZE);

    (void)state;
    assert_true(arena && memory);
    assert_int_equal(merge_late(arena, NULL), merge_late(arena, memory));
    free(memory);
    free(arena);
}

/* Where there is no room for all free blocks, the list is gone along as ever. */
static void an_index_that_has_no_room_is_given_up(void **state)
{
    static const char *const policies[] = {"kr", "csapp", "ostep", "osmem", "first-fit"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        struct hg_config config = hg_config_default(policies[i]);

        assert_true(expect_same(&config, TINY_ASIDE) < OPERATIONS / 2);
        assert_int_equal(expect_same(&config, 0), 0);
    }
}

/* What is counted in words of 32 bits ends somewhere: a heap that grows beyond that goes along its
 * list again. Its pages are hardly touched. */
static void a_heap_of_more_than_16_gib_has_no_index(void **state)
{
    enum { GIB = 1 << 30 };
    static const char *const policies[] = {"kr", "ostep", "osmem"};
    const size_t size = (size_t)20 * GIB;
    char *start = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    void *memory = malloc(ASIDE_SIZE);

    (void)state;
    assert_non_null(memory);
    for (size_t i = 0; start != MAP_FAILED && i < TEST_COUNT(policies); i++) {
        struct hg_config config = hg_config_default(policies[i]);
        struct side side = {.arena = {.start = start, .size = size},
                            .aside = {.memory = memory, .size = ASIDE_SIZE}};
        struct hg_os os = hg_os_arena(&side.arena);
        void *low, *high;

        side.heap = hg_open(&config, &os, NULL, NULL);
        lend(&side);
        low = hg_malloc(side.heap, 100);
        assert_non_null(hg_aside_kept(side.heap));
        assert_non_null(hg_malloc(side.heap, (size_t)17 * GIB));
        assert_null(hg_aside_kept(side.heap));
        high = hg_malloc(side.heap, 5000);
        hg_free(side.heap, low);
        hg_free(side.heap, high);
        assert_ptr_equal(hg_malloc(side.heap, 5000), high);
        assert_null(hg_aside_kept(side.heap));
    }
    if (start != MAP_FAILED)
        munmap(start, size);
    free(memory);
    if (start == MAP_FAILED)
        test_skipped("there are no addresses for 20 GiB");
}

/* A heap that is reset has no block that it had. */
static void a_reset_forgets_an_index(void **state)
{
    static const char *const policies[] = {"kr",        "csapp",    "ostep",    "osmem",
                                           "first-fit", "next-fit", "pool-scan"};
    enum { BLOCKS = 2000 };
    char *arena = aligned_alloc(4096, ARENA_SIZE);
    void *memory = malloc(ASIDE_SIZE);

    (void)state;
    assert_true(arena && memory);
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        struct hg_config config = hg_config_default(policies[i]);
        static void *first[BLOCKS];
        struct hg_defect defect;
        struct side side;

        open_side(&side, &config, arena, memory, ASIDE_SIZE);
        for (int round = 0; round < 2; round++) {
            for (int block = 0; block < BLOCKS; block++) {
                void *payload = hg_malloc(side.heap, 60);

                assert_non_null(payload);
                first[block] = round == 0 ? payload : first[block];
                assert_ptr_equal(payload, first[block]);
            }
            assert_non_null(hg_aside_kept(side.heap));
            for (int block = 1; block < BLOCKS; block += 2)
                hg_free(side.heap, first[block]);
            hg_reset(side.heap);
            assert_null(hg_aside_kept(side.heap));
            assert_true(hg_check(side.heap, hg_size(side.heap), &defect));
            lend(&side);
        }
    }
    free(memory);
    free(arena);
}

/* What is asked for is not cut off to 32 bits. */
static void what_is_too_large_for_an_index_is_not_found_by_it(void **state)
{
    static const char *const policies[] = {"kr",        "csapp",    "ostep",   "osmem",
                                           "first-fit", "next-fit", "best-fit"};
    char *arena = aligned_alloc(4096, ARENA_SIZE);
    void *memory = malloc(ASIDE_SIZE);

    (void)state;
    assert_true(arena && memory);
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        struct hg_config config = hg_config_default(policies[i]);
        struct hg_defect defect;
        struct side side;

        open_side(&side, &config, arena, memory, ASIDE_SIZE);
        assert_true(hg_free(side.heap, hg_malloc(side.heap, 1000)));
        assert_non_null(hg_malloc(side.heap, 100));
        assert_non_null(hg_aside_kept(side.heap));
        assert_null(hg_malloc(side.heap, ((size_t)UINT32_MAX + 1) * 4 - 100));
        assert_null(hg_malloc(side.heap, ((size_t)UINT32_MAX + 1) * 4 + 16));
        assert_true(hg_check(side.heap, hg_size(side.heap), &defect));
    }
    free(memory);
    free(arena);
}

/* A long list, and then searches that end at its head, over and over. */
static void an_index_that_searches_do_not_need_is_given_up(void **state)
{
    enum { HOLES = 200, MANY = 2000 };
    char *arena = aligned_alloc(4096, ARENA_SIZE);
    void *memory = malloc(ASIDE_SIZE);
    struct hg_config config =
        config_of("first-fit", HG_FIT_IS_FIRST, HG_ORDER_LIFO, HG_COALESCE_IMMEDIATE);
    static void *payloads[2 * HOLES];
    struct side side;

    (void)state;
    assert_true(arena && memory);
    open_side(&side, &config, arena, memory, ASIDE_SIZE);
    for (size_t i = 0; i < TEST_COUNT(payloads); i++)
        payloads[i] = hg_malloc(side.heap, 40);
    for (size_t i = 0; i < TEST_COUNT(payloads); i += 2)
        hg_free(side.heap, payloads[i]);
    payloads[0] = hg_malloc(side.heap, 400);
    assert_non_null(hg_aside_kept(side.heap));
    for (int i = 0; i < MANY && hg_aside_kept(side.heap); i++) {
        hg_free(side.heap, payloads[1]);
        payloads[1] = hg_malloc(side.heap, 40);
    }
    assert_null(hg_aside_kept(side.heap));
    free(memory);
    free(arena);
}

enum { SLOTS = 3000 };

static int lowest_free(const bool *is_live)
{
    int slot = 0;

    while (is_live[slot])
        slot++;
    return slot;
}

static int by_address(const void *a, const void *b)
{
    const char *const *first = a, *const *second = b;

    return (*first > *second) - (*first < *second);
}

/* Fill slots, then free some and take others. Returns for how many there was an index. */
static int expect_lowest(char *arena, void *memory, size_t size)
{
    struct hg_config config = hg_config_default("pool-scan");
    static void *payloads[SLOTS];
    static bool is_live[SLOTS];
    struct side side;
    int indexed = 0;

    config.settings[HG_SETTING_SLOT_SIZE] = 48;
    config.settings[HG_SETTING_GROW] = 64;
    open_side(&side, &config, arena, memory, size);
    for (int i = 0; i < SLOTS; i++) {
        payloads[i] = hg_malloc(side.heap, 48);
        assert_non_null(payloads[i]);
        is_live[i] = true;
    }
    qsort(payloads, SLOTS, sizeof payloads[0], by_address);
    for (int i = 0; i < 4 * SLOTS; i++) {
        int slot = (int)random_below(&side.random, SLOTS);

        if (is_live[slot]) {
            assert_true(hg_free(side.heap, payloads[slot]));
        } else {
            slot = lowest_free(is_live);
            assert_ptr_equal(hg_malloc(side.heap, 48), payloads[slot]);
        }
        is_live[slot] = !is_live[slot];
        indexed += hg_aside_kept(side.heap) != NULL;
    }
    return indexed;
}

static void a_pool_of_many_slots_gives_out_the_lowest(void **state)
{
    char *arena = aligned_alloc(4096, ARENA_SIZE);
    void *memory = malloc(ASIDE_SIZE);

    (void)state;
    assert_true(arena && memory);
    memset(memory, 0xff, ASIDE_SIZE);
    assert_int_equal(expect_lowest(arena, memory, ASIDE_SIZE), 4 * SLOTS);
    assert_int_equal(expect_lowest(arena, memory, 3 * sizeof(uint64_t)), 0);
    assert_int_equal(expect_lowest(arena, NULL, 0), 0);
    free(memory);
    free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_index_changes_nothing),
        cmocka_unit_test(an_index_changes_nothing_in_any_order),
        cmocka_unit_test(an_index_changes_nothing_under_any_fit),
        cmocka_unit_test(pieces_that_searches_bring_together_are_merged_by_the_next_pass),
        cmocka_unit_test(an_index_that_has_no_room_is_given_up),
        cmocka_unit_test(a_reset_forgets_an_index),
        cmocka_unit_test(what_is_too_large_for_an_index_is_not_found_by_it),
        cmocka_unit_test(an_index_that_searches_do_not_need_is_given_up),
        cmocka_unit_test(a_pool_of_many_slots_gives_out_the_lowest),
        cmocka_unit_test(a_heap_of_more_than_16_gib_has_no_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
