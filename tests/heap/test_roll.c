/* test_roll.c: a heap whose observer brings memory for a roll does the same, tells the same, and
 * holds the same, byte for byte, as one that goes along its list. */
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/random.h"
#include "heap/fit/fit_roll.h"
#include "test.h"

#define ARENA_SIZE ((size_t)16 << 20)

enum { LIVE = 6000, MANY = 24000, OPERATIONS = 400, ASIDE_SIZE = 1 << 18 };

/* One heap on its way, and what it has told. Each begins at the same address. */
struct side {
    struct hg_arena arena;
    struct hg_heap *heap;
    struct hg_aside aside;
    void *live[MANY];
    size_t count; /* of these */
    struct random random;
    uint64_t told[OPERATIONS + 1]; /* a hash of all up to each operation */
    uint64_t hash;
    bool had_roll;
};

static void hash_event(void *context, const struct hg_event *event)
{
    struct side *side = context;
    const uint64_t words[] = {event->kind, event->fits, event->reason, event->list,
                              event->at,   event->size, event->other};

    for (size_t i = 0; i < TEST_COUNT(words); i++)
        side->hash = bits_mix(side->hash ^ words[i]);
}

/* The roll is the list. */
static void expect_roll(struct side *side)
{
    const struct fit *fit = (struct fit *)side->heap;
    const struct fit_roll *roll = fit_roll(fit);
    const struct fit_block *block = fit->head;

    if (!roll)
        return;
    side->had_roll = true;
    assert_int_equal(roll->count, fit->free_count);
    for (uint32_t i = 0; i < roll->count; i++) {
        assert_ptr_equal(fit_roll_block(fit, roll, i), block);
        assert_int_equal(fit_roll_size(roll, i), fit_size(block));
        block = fit_links(&fit->layout, block)->next;
    }
    assert_null(block);
}

static size_t draw_size(struct side *side)
{
    static const size_t most[] = {8, 24, 40, 100, 300};

    return 1 + random_below(&side->random, most[random_below(&side->random, TEST_COUNT(most))]);
}

static void step(struct side *side)
{
    size_t chosen = random_below(&side->random, side->count), size = draw_size(side);
    uint64_t dice = random_below(&side->random, 100);
    void **live = &side->live[chosen];

    if (dice < 10)
        *live = *live ? hg_realloc(side->heap, *live, size) : NULL;
    else if (dice < 11)
        hg_coalesce(side->heap);
    else if (*live && hg_free(side->heap, *live))
        *live = NULL;
    else if (dice < 20)
        *live = hg_aligned_alloc(side->heap, (size_t)64 << dice % 4, size);
    else
        *live = hg_malloc(side->heap, dice < 22 ? size * 1000 : size);
}

/* Fill the heap, and free every second block. */
static void prepare(struct side *side)
{
    for (size_t i = 0; i < side->count; i++)
        side->live[i] = hg_malloc(side->heap, draw_size(side));
    for (size_t i = 0; i < side->count; i += 2) {
        hg_free(side->heap, side->live[i]);
        side->live[i] = NULL;
    }
}

/* Nobody observes for a while; then what was kept is not true any more. */
static void look_away(struct side *side, hg_observer *observer, void *context)
{
    hg_observe(side->heap, NULL, NULL);
    for (int i = 0; i < 50; i++)
        step(side);
    side->aside.is_kept = false;
    hg_observe(side->heap, observer, context);
}

/* Whether each search looks at the whole list; else it takes a longer one for a roll to pay. */
static bool searches_all(const struct hg_config *config)
{
    return strcmp(config->policy, "best-fit") == 0 || strcmp(config->policy, "worst-fit") == 0;
}

/* Carry out the operations; what the heap holds then stays in its arena. */
static struct side *run(const struct hg_config *config, char *arena, void *memory, size_t size)
{
    struct side *side = calloc(1, sizeof *side);
    struct hg_os os;
    hg_observer *observer = memory ? hg_aside_tell : hash_event;
    void *context;

    assert_non_null(side);
    memset(arena, 0, ARENA_SIZE);
    side->random.state = 7;
    side->count = searches_all(config) ? LIVE : MANY;
    side->arena = (struct hg_arena){.start = arena, .size = ARENA_SIZE};
    side->aside =
        (struct hg_aside){.observer = hash_event, .context = side, .memory = memory, .size = size};
    context = memory ? (void *)&side->aside : side;
    os = hg_os_arena(&side->arena);
    side->heap = hg_open(config, &os, observer, context);
    assert_non_null(side->heap);
    prepare(side);
    for (int i = 0; i < OPERATIONS; i++) {
        if (i == OPERATIONS / 2)
            look_away(side, observer, context);
        step(side);
        expect_roll(side);
        side->told[i] = side->hash;
    }
    return side;
}

static void expect_same(const struct hg_config *config, size_t size, bool has_roll)
{
    char *arena = aligned_alloc(4096, ARENA_SIZE), *copy = malloc(ARENA_SIZE);
    void *memory = malloc(ASIDE_SIZE);
    struct side *along, *by_roll;
    struct hg_defect defect;

    assert_true(arena && copy && memory);
    along = run(config, arena, NULL, 0);
    memcpy(copy, arena, ARENA_SIZE);
    by_roll = run(config, arena, memory, size);
    assert_memory_equal(along->told, by_roll->told, sizeof along->told);
    assert_memory_equal(copy + sizeof(struct hg_heap), arena + sizeof(struct hg_heap),
                        hg_size(by_roll->heap) - sizeof(struct hg_heap));
    assert_true(hg_check(by_roll->heap, hg_size(by_roll->heap), &defect));
    assert_int_equal(by_roll->had_roll, has_roll);
    free(along);
    free(by_roll);
    free(memory);
    free(copy);
    free(arena);
}

static void the_roll_is_told_as_the_list_is(void **state)
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
        {HG_SETTING_HEADER, 16},
        {HG_SETTING_BOUNDARY_TAGS, HG_BOUNDARY_TAGS_FREE_ONLY},
        {HG_SETTING_GROW, 4096},
    };

    (void)state;
    for (size_t i = 0; i < 2 * TEST_COUNT(rows); i++) {
        struct hg_config config = hg_config_default(i % 2 ? "best-fit" : "worst-fit");

        config.settings[rows[i / 2].setting] = rows[i / 2].value;
        expect_same(&config, ASIDE_SIZE, true);
    }
}

/* Where a search ends at the first that fits, it is the long ones that use a roll. */
static void long_searches_for_the_first_are_told_as_well(void **state)
{
    static const uint8_t orders[] = {HG_ORDER_LIFO, HG_ORDER_FIFO, HG_ORDER_ADDRESS,
                                     HG_ORDER_SIZE_UP};

    (void)state;
    for (size_t i = 0; i < 2 * TEST_COUNT(orders); i++) {
        struct hg_config config = hg_config_default(i % 2 ? "first-fit" : "next-fit");

        config.settings[HG_SETTING_ORDER] = orders[i / 2];
        expect_same(&config, ASIDE_SIZE, true);
    }
}

/* One that has gone through all of it, and has a roll; it is end_one's. */
static struct side *begin_one(const char *policy)
{
    struct hg_config config = hg_config_default(policy);
    char *arena = aligned_alloc(4096, ARENA_SIZE);
    void *memory = malloc(ASIDE_SIZE);
    struct side *side;

    assert_true(arena && memory);
    side = run(&config, arena, memory, ASIDE_SIZE);
    assert_non_null(hg_fit_roll_make((struct fit *)side->heap));
    return side;
}

static void end_one(struct side *side)
{
    free(side->aside.memory);
    free(side->arena.start);
    free(side);
}

/* After many searches that end early it is given up, and does not cost them anything any more. */
static void a_roll_that_nothing_uses_is_given_up(void **state)
{
    struct side *side = begin_one("first-fit");

    (void)state;
    for (int i = 0; i < FIT_ROLL_IDLE; i++)
        hg_free(side->heap, hg_malloc(side->heap, 1));
    assert_non_null(fit_roll((struct fit *)side->heap));
    hg_free(side->heap, hg_malloc(side->heap, 1));
    assert_null(fit_roll((struct fit *)side->heap));
    end_one(side);
}

/* A list that outgrows the roll, and one for which there is too little room from the start. */
static void a_list_too_long_for_the_roll_is_gone_along(void **state)
{
    struct hg_config config = hg_config_default("best-fit");
    size_t few = sizeof(struct fit_roll) + 2 * LIVE / 4 * sizeof(struct fit_entry);

    (void)state;
    expect_same(&config, few, true);
    expect_same(&config, sizeof(struct fit_roll) + 100, false);
}

/* What is opened anew has nothing to do with what was. */
static void a_reset_forgets_the_roll(void **state)
{
    struct side *side = begin_one("best-fit");

    (void)state;
    hg_reset(side->heap);
    assert_null(fit_roll((struct fit *)side->heap));
    end_one(side);
}

/* Something comes off the list that is not on it, as where a block is damaged: the roll is no copy
 * any more, and nothing is answered by it. */
static void what_is_not_on_the_roll_ends_it(void **state)
{
    struct side *side = begin_one("best-fit");

    (void)state;
    hg_fit_roll_remove((struct fit *)side->heap, (struct fit_block *)side->heap);
    assert_null(fit_roll((struct fit *)side->heap));
    end_one(side);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_roll_is_told_as_the_list_is),
        cmocka_unit_test(long_searches_for_the_first_are_told_as_well),
        cmocka_unit_test(a_roll_that_nothing_uses_is_given_up),
        cmocka_unit_test(a_list_too_long_for_the_roll_is_gone_along),
        cmocka_unit_test(a_reset_forgets_the_roll),
        cmocka_unit_test(what_is_not_on_the_roll_ends_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
