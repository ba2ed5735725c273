/* test_simulator.c: the fits, decision by decision, against the simulator: each payload's place,
 * and the heap's size after each step. */
#include "heap/settings.h"
#include "heap/simulator.h"
#include "test.h"

enum { OPERATIONS = 3000, LIVE_MAX = 200, MOST = 3000, ROUNDS = 40 };

#define ARENA_SIZE ((size_t)1 << 26)

static const char *const policies[] = {
    [SIMULATE_FIRST] = "first-fit",
    [SIMULATE_NEXT] = "next-fit",
    [SIMULATE_BEST] = "best-fit",
    [SIMULATE_WORST] = "worst-fit",
};

/* The two sides, and what is live on both. */
struct match {
    struct hg_heap *heap;
    struct simulator simulator;
    uint64_t behind; /* bytes of bookkeeping behind the last block */
    uint64_t live[LIVE_MAX];
    size_t live_count;
};

struct ends {
    uint64_t start, end;
};

static bool find_ends(void *context, const struct hg_block *block)
{
    struct ends *ends = context;

    if (block->kind == HG_KIND_BOOKKEEPING && block->at == 0)
        ends->start = block->size;
    else if (block->kind == HG_KIND_BOOKKEEPING)
        ends->end = block->at;
    return true;
}

static void begin(struct match *match, enum simulator_fit fit, const struct hg_config *config,
                  const struct hg_os *os)
{
    struct ends ends = {0};

    match->heap = hg_open(config, os, NULL, NULL);
    assert_non_null(match->heap);
    hg_walk(match->heap, hg_size(match->heap), 0, find_ends, &ends);
    match->behind = hg_size(match->heap) - ends.end;
    match->live_count = 0;
    simulator_init(&match->simulator, fit, config, ends.start, ends.end);
}

static void expect_equal(const struct match *match, const char *what, uint64_t found,
                         uint64_t expected)
{
    char text[SETTINGS_TEXT_MAX];

    if (found != expected)
        fail_msg("%s: %s is +0x%lx, by the book +0x%lx",
                 settings_text(&match->simulator.config, text), what, (unsigned long)found,
                 (unsigned long)expected);
}

static void allocate(struct match *match, size_t size)
{
    char *payload = hg_malloc(match->heap, size);
    uint64_t expected = simulator_allocate(&match->simulator, size);

    assert_non_null(payload);
    expect_equal(match, "payload", (uint64_t)(payload - (char *)match->heap), expected);
    match->live[match->live_count++] = expected;
}

static void release(struct match *match, size_t index)
{
    uint64_t payload = match->live[index];

    assert_true(hg_free(match->heap, (char *)match->heap + payload));
    simulator_free(&match->simulator, payload);
    match->live[index] = match->live[--match->live_count];
}

/* Play in phases, so that the heap also empties and holes gather. */
static void play(struct match *match, struct random *random)
{
    for (int i = 0; i < OPERATIONS; i++) {
        uint64_t allocations = i / 500 % 2 ? 35 : 60, choice = random_below(random, 100);

        if (choice == 99) {
            hg_coalesce(match->heap);
            simulator_coalesce(&match->simulator);
        } else if (match->live_count == 0 ||
                   (choice < allocations && match->live_count < LIVE_MAX)) {
            allocate(match, settings_random_size(random, MOST));
        } else {
            release(match, random_below(random, match->live_count));
        }
        expect_equal(match, "size", hg_size(match->heap), match->simulator.end + match->behind);
    }
}

static void compare(struct random *random, enum simulator_fit fit, const struct hg_config *config)
{
    static char memory[ARENA_SIZE] __attribute__((aligned(8192)));
    static struct match match;
    struct hg_arena arena = {.start = memory, .size = sizeof memory};
    struct hg_os os = hg_os_arena(&arena);

    begin(&match, fit, config, &os);
    play(&match, random);
    hg_close(match.heap);
}

/* What decides about placement, in every combination. */
static void every_decision_is_the_textbooks(void **state)
{
    struct random random = {.state = 3};

    (void)state;
    for (unsigned fit = 0; fit < TEST_COUNT(policies); fit++) {
        for (unsigned choice = 0; choice < 5 * 3 * 2 * 2; choice++) {
            struct hg_config config = hg_config_default(policies[fit]);

            config.settings[HG_SETTING_ORDER] = choice % 5;
            config.settings[HG_SETTING_COALESCE] = choice / 5 % 3;
            config.settings[HG_SETTING_PLACE] = choice / 15 % 2;
            if (choice / 30) {
                config.settings[HG_SETTING_GROW] = HG_GROW_EXACT;
                config.settings[HG_SETTING_TRIM] = HG_TRIM_NEVER;
            }
            compare(&random, fit, &config);
        }
    }
}

/* What decides about sizes too. */
static void so_it_is_with_random_settings(void **state)
{
    struct random random = {.state = 5};

    (void)state;
    for (unsigned fit = 0; fit < TEST_COUNT(policies); fit++) {
        for (int round = 0; round < ROUNDS; round++) {
            struct hg_config config = settings_random(&random, policies[fit]);

            compare(&random, fit, &config);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_decision_is_the_textbooks),
        cmocka_unit_test(so_it_is_with_random_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
