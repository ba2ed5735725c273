/* test_textbook.c: the policies that are textbooks' allocators against independent accounts of
 * their rules: five hundred random exercises for each, number by number; and against what the books
 * say, by hand. */
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "heap/books.h"
#include "heap/exercise.h"
#include "heap/shadow.h"
#include "test.h"

#define ARENA_SIZE ((size_t)1 << 24)

enum { EXERCISES = 500, STEPS = 70, LIVE_MOST = 40 };

/* ---- Random exercises ---- */

static uint64_t one_of(struct random *random, const uint64_t *values, size_t count)
{
    return values[random_below(random, count)];
}

/* The preset's settings, and others in which the same rules come to something else. */
static struct hg_config draw_config(struct random *random, const char *policy)
{
    static const uint64_t grows[] = {4096, 4096, 16384, 131072, 160, 1600, HG_GROW_EXACT};
    struct hg_config config = hg_config_default(policy);
    unsigned ignored;

    do {
        config.settings[HG_SETTING_GROW] = one_of(random, grows, TEST_COUNT(grows));
        config.settings[HG_SETTING_FIT] = random_below(random, 4);
        config.settings[HG_SETTING_ORDER] = random_below(random, 5);
        config.settings[HG_SETTING_COALESCE] =
            random_below(random, 2) ? HG_COALESCE_IMMEDIATE : HG_COALESCE_NEVER;
        config.settings[HG_SETTING_FIXED] = random_below(random, 2);
    } while (hg_config_problem(&config, &ignored));
    return config;
}

static uint64_t draw_size(struct random *random)
{
    static const uint64_t mosts[] = {10, 40, 40, 200, 200, 3000, 200000};

    return 1 + random_below(random, one_of(random, mosts, TEST_COUNT(mosts)));
}

struct listing {
    struct pieces expected;
    const struct hg_heap *heap;
    size_t index;
};

static bool compare_item(void *context, uint64_t at)
{
    struct listing *listing = context;
    struct hg_pointer_report report;

    assert_true(listing->index < listing->expected.count);
    assert_int_equal(at, listing->expected.items[listing->index].at);
    hg_examine(listing->heap, hg_size(listing->heap), (const char *)listing->heap + at, &report);
    assert_int_equal(report.block.size, listing->expected.items[listing->index].size);
    listing->index++;
    return true;
}

static void compare(const struct hg_heap *heap, const struct book *book)
{
    struct listing listing = {.heap = heap};
    struct hg_defect defect;

    book_list(book, &listing.expected);
    hg_list_walk(heap, hg_size(heap), 0, compare_item, &listing);
    assert_int_equal(listing.index, listing.expected.count);
    assert_int_equal(hg_size(heap), book->end);
    assert_true(hg_check(heap, hg_size(heap), &defect));
}

static uint64_t offset_of(const struct hg_heap *heap, const void *payload)
{
    return payload ? (uint64_t)((const char *)payload - (const char *)heap) : 0;
}

static void step(struct hg_heap *heap, const struct book_rules *rules, struct book *book,
                 uint64_t *live, struct random *random)
{
    uint64_t *payload = &live[random_below(random, LIVE_MOST)], size = draw_size(random), answer;
    void *address = *payload ? (char *)heap + *payload : NULL;

    if (!address) {
        *payload = rules->allocate(book, size);
        assert_int_equal(offset_of(heap, hg_malloc(heap, size)), *payload);
    } else if (random_below(random, 4) == 0) {
        answer = rules->reallocate(book, *payload, size);
        assert_int_equal(offset_of(heap, hg_realloc(heap, address, size)), answer);
        *payload = answer ? answer : *payload;
    } else {
        rules->release(book, *payload);
        hg_free(heap, address);
        *payload = 0;
    }
    compare(heap, book);
}

static void solve(const struct book_rules *rules, uint64_t seed, char *memory)
{
    struct random random = {.state = seed};
    struct book *book = calloc(1, sizeof *book);
    struct hg_arena arena = {.start = memory, .size = ARENA_SIZE};
    struct hg_os os = hg_os_arena(&arena);
    uint64_t live[LIVE_MOST] = {0};
    struct hg_heap *heap;

    assert_non_null(book);
    book->config = draw_config(&random, rules->policy);
    rules->open(book);
    heap = hg_open(&book->config, &os, NULL, NULL);
    assert_non_null(heap);
    compare(heap, book);
    for (int i = 0; i < STEPS; i++)
        step(heap, rules, book, live, &random);
    hg_close(heap);
    free(book);
}

static void five_hundred_exercises_of_each_book_have_the_books_numbers(void **state)
{
    char *memory = aligned_alloc(4096, ARENA_SIZE);

    (void)state;
    assert_non_null(memory);
    for (size_t i = 0; i < book_count; i++) {
        for (uint64_t seed = 0; seed < EXERCISES; seed++)
            solve(&books[i], seed, memory);
    }
    free(memory);
}

/* ---- By hand ---- */

static struct exercise begin(const char *policy, uint64_t grow)
{
    struct hg_config config = hg_config_default(policy);

    config.settings[HG_SETTING_GROW] = grow;
    return exercise_begin(&config);
}

/* Practice problem 9.6: sizes of blocks for requests under the alignment of 8. */
static void csapp_blocks_have_the_sizes_of_the_book(void **state)
{
    struct exercise exercise = begin("csapp", 4096);

    (void)state;
    exercise_expect(&exercise, "A1 B5 C12 D13", "A16 B16 C24 D24 -4016");
    exercise_expect(&exercise, "-B -C", "A16 -40 D24 -4016");
    exercise_expect(&exercise, "E24 F9", "A16 E40 D24 F24 -3992");
    exercise_expect(&exercise, "G4000", "A16 E40 D24 F24 G4008 -4080");
    exercise_end(&exercise);
}

static void csapp_extends_by_what_is_needed_even_where_the_last_block_is_free(void **state)
{
    struct exercise exercise = begin("csapp", 4096);

    (void)state;
    exercise_expect(&exercise, "A5000", "A5008 -4096");
    exercise_end(&exercise);
}

static void kr_gives_out_the_tail_and_asks_for_no_less_than_it_is_told(void **state)
{
    struct exercise exercise = begin("kr", 16384);

    (void)state;
    exercise_expect(&exercise, "A1 B16 C17", "-16272 C48 B32 A32");
    exercise_expect(&exercise, "-B", "-16272 C48 -32 A32");
    /* freeing left the search in front of what was freed */
    exercise_expect(&exercise, "D1", "-16272 C48 D32 A32");
    exercise_expect(&exercise, "E1 -A F1", "-16240 E32 C48 D32 F32");
    exercise_end(&exercise);
}

static void osmem_merges_before_the_search_and_extends_the_last_block(void **state)
{
    struct exercise exercise = begin("osmem", 131072);

    (void)state;
    exercise_expect(&exercise, "A8 B8 C8", "A40 B40 C40 -130952");
    exercise_expect(&exercise, "-A -B", "-40 -40 C40 -130952");
    exercise_expect(&exercise, "D41", "D80 C40 -130952");
    exercise_expect(&exercise, "E131000", "D80 C40 E131032");
    exercise_expect(&exercise, "F1", "D80 C40 E131032 F40");
    exercise_end(&exercise);
}

/* A piece that merged upwards stays where it was on a list by size until the next free sorts it. */
static void ostep_sorts_when_something_is_freed_and_at_no_other_time(void **state)
{
    struct hg_config config = hg_config_default("ostep");
    struct exercise exercise;

    (void)state;
    config.settings[HG_SETTING_GROW] = 160;
    config.settings[HG_SETTING_FIXED] = HG_SWITCH_ON;
    config.settings[HG_SETTING_ORDER] = HG_ORDER_SIZE_DOWN;
    config.settings[HG_SETTING_COALESCE] = HG_COALESCE_NEVER;
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A32 B1 C1", "A48 B32 C32 -48");
    exercise_expect(&exercise, "-A", "-48 B32 C32 -48"); /* behind its equal */
    exercise_expect(&exercise, "D16", "-48 B32 C32 D32 -16");
    exercise_expect(&exercise, "E1 F1", "E32 -16 B32 C32 D32 -16");
    assert_null(exercise.named['F' - 'A']);
    exercise_end(&exercise);
}

static void count_unlinked(void *context, const struct hg_event *event)
{
    *(size_t *)context += event->kind == HG_EVENT_UNLINK;
}

/* What was cut is out of order, and not all the others that are larger now. */
static void ostep_moves_what_was_cut_alone(void **state)
{
    enum { COUNT = 8 };
    struct hg_config config = hg_config_default("ostep");
    struct exercise exercise;
    struct hg_heap *heap;
    void *blocks[COUNT], *last;
    size_t moved = 0;

    (void)state;
    config.settings[HG_SETTING_ORDER] = HG_ORDER_SIZE_DOWN;
    config.settings[HG_SETTING_COALESCE] = HG_COALESCE_NEVER;
    config.settings[HG_SETTING_GROW] = 4096;
    config.settings[HG_SETTING_FIXED] = HG_SWITCH_ON;
    exercise = exercise_begin(&config);
    heap = exercise.shadow->heap;
    for (int i = 0; i < COUNT; i++)
        assert_non_null(blocks[i] = hg_malloc(heap, 200));
    assert_non_null(last = hg_malloc(heap, 2200)); /* the rest is smaller than the blocks */
    for (int i = 0; i < COUNT; i++)
        assert_true(hg_free(heap, blocks[i]));
    assert_non_null(hg_malloc(heap, 100)); /* the head is cut */
    hg_observe(heap, count_unlinked, &moved);
    assert_true(hg_free(heap, last));
    assert_int_equal(moved, 1);
    exercise_end(&exercise);
}

/* ---- Damage ---- */

/* A word of the heap "A24 B24 -24 D24 -", and what is broken where another is written there. */
struct wrong {
    const char *policy;
    size_t at; /* of the word, from the heap's start */
    uint64_t word;
    enum hg_invariant broken;
};

static const struct wrong wrongs[] = {
    {"csapp", 296, 0x19, HG_INVARIANT_FOOTER},     {"csapp", 268, 0x25, HG_INVARIANT_TAG},
    {"csapp", 268, 0x9, HG_INVARIANT_TAG},         {"csapp", 260, 0x0900000008, HG_INVARIANT_STATE},
    {"csapp", 96, 5, HG_INVARIANT_ROVER},          {"kr", 256 + 8, 0, HG_INVARIANT_TAG},
    {"kr", 256 + 8, 247, HG_INVARIANT_NEIGHBOURS}, {"kr", 256 + 8, 250, HG_INVARIANT_LISTED},
    {"kr", 256, 0, HG_INVARIANT_LISTED},           {"kr", 112, 0, HG_INVARIANT_ROVER},
    {"osmem", 256, 9, HG_INVARIANT_TAG},           {"osmem", 256 + 8, 2, HG_INVARIANT_TAG},
    {"osmem", 256 + 16, 8, HG_INVARIANT_LINKED},   {"osmem", 256 + 24, 8, HG_INVARIANT_LINKED},
    {"ostep", 256, 7, HG_INVARIANT_TAG},           {"ostep", 256 + 8, 0, HG_INVARIANT_LISTED},
    {"ostep", 96, 0, HG_INVARIANT_LISTED},
};

static void each_broken_rule_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(wrongs); i++) {
        struct exercise exercise = begin(wrongs[i].policy, 4096);
        struct hg_heap *heap = exercise.shadow->heap;
        struct hg_defect defect = {0};

        for (char name = 'A'; name < 'E'; name++)
            exercise.named[name - 'A'] = hg_malloc(heap, 24);
        hg_free(heap, exercise.named['C' - 'A']);
        assert_true(hg_check(heap, hg_size(heap), &defect));
        memcpy((char *)heap + wrongs[i].at, &wrongs[i].word, sizeof wrongs[i].word);
        if (hg_check(heap, hg_size(heap), &defect) || defect.broken != wrongs[i].broken)
            fail_msg("%s +%zu: %s", wrongs[i].policy, wrongs[i].at,
                     hg_invariant_text(defect.broken));
        exercise_end(&exercise);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_hundred_exercises_of_each_book_have_the_books_numbers),
        cmocka_unit_test(csapp_blocks_have_the_sizes_of_the_book),
        cmocka_unit_test(csapp_extends_by_what_is_needed_even_where_the_last_block_is_free),
        cmocka_unit_test(kr_gives_out_the_tail_and_asks_for_no_less_than_it_is_told),
        cmocka_unit_test(osmem_merges_before_the_search_and_extends_the_last_block),
        cmocka_unit_test(ostep_sorts_when_something_is_freed_and_at_no_other_time),
        cmocka_unit_test(ostep_moves_what_was_cut_alone),
        cmocka_unit_test(each_broken_rule_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
