/* test_fit.c: textbook exercises for the teaching engine. */
#include "heap/exercise.h"
#include "test.h"

static void a_block_holds_header_payload_and_padding(void **state)
{
    struct hg_config config = exercise_config("first-fit");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A1 B24 C25 D40 E41", "A32 B32 C48 D48 E64");
    assert_int_equal(hg_usable_size(exercise.shadow->heap, exercise.named[0]), 24);
    assert_int_equal(hg_usable_size(exercise.shadow->heap, exercise.named[2]), 40);
    exercise_end(&exercise);
}

static void freed_blocks_merge_left_right_and_both(void **state)
{
    struct hg_config config = exercise_config("first-fit");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A24 B24 C24 D24 E24 -B", "A32 -32 C32 D32 E32");
    exercise_expect(&exercise, "-C", "A32 -64 D32 E32"); /* left */
    exercise_expect(&exercise, "-A", "-96 D32 E32");     /* right */
    exercise_expect(&exercise, "-E", "-96 D32 -32");     /* neither */
    exercise_expect(&exercise, "-D", "-160");            /* both */
    exercise_end(&exercise);
}

/* Holes of 64, 160 and 96 bytes between blocks in use; B, D and F are freed in the order D, F, B,
 * so the list is B (64), F (96), D (160) under lifo. */
static const char holes[] = "A24 B56 C24 D152 E24 F88 G24 -D -F -B";

static void each_fit_chooses_its_hole(void **state)
{
    static const struct {
        const char *policy, *picture;
        uint64_t visits;
    } rows[] = {
        /* 72 bytes need a block of 80 */
        {"first-fit", "A32 -64 C32 -160 E32 H96 G32", 2},
        {"next-fit", "A32 -64 C32 -160 E32 H96 G32", 2},
        {"best-fit", "A32 -64 C32 -160 E32 H96 G32", 3},
        {"worst-fit", "A32 -64 C32 H80 -80 E32 -96 G32", 3},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct hg_config config = exercise_config(rows[i].policy);
        struct exercise exercise = exercise_begin(&config);

        exercise_expect(&exercise, holes, "A32 -64 C32 -160 E32 -96 G32");
        exercise_expect(&exercise, "H72", rows[i].picture);
        assert_int_equal(exercise.shadow->visits, rows[i].visits);
        exercise_end(&exercise);
    }
}

static void the_first_of_equals_is_taken(void **state)
{
    static const char *const policies[] = {"best-fit", "worst-fit"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        struct hg_config config = exercise_config(policies[i]);
        struct exercise exercise = exercise_begin(&config);

        exercise_expect(&exercise, "A24 B56 C24 D56 E24 -B -D X56", "A32 -64 C32 X64 E32");
        exercise_end(&exercise);
    }
}

static void next_fit_goes_on_where_it_stopped(void **state)
{
    struct hg_config config = exercise_config("next-fit");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    config.settings[HG_SETTING_ORDER] = HG_ORDER_ADDRESS;
    exercise_end(&exercise);
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A24 B56 C24 D152 E24 F88 G24 -D -F -B",
                    "A32 -64 C32 -160 E32 -96 G32");
    exercise_expect(&exercise, "H72", "A32 -64 C32 H80 -80 E32 -96 G32");
    /* the search goes on at the remainder, although the first hole would do */
    exercise_expect(&exercise, "I24", "A32 -64 C32 H80 I32 -48 E32 -96 G32");
    exercise_expect(&exercise, "J40", "A32 -64 C32 H80 I32 J48 E32 -96 G32");
    exercise_expect(&exercise, "K24", "A32 -64 C32 H80 I32 J48 E32 K32 -64 G32");
    exercise_expect(&exercise, "L56", "A32 -64 C32 H80 I32 J48 E32 K32 L64 G32");
    /* and around to the head */
    exercise_expect(&exercise, "M56", "A32 M64 C32 H80 I32 J48 E32 K32 L64 G32");
    exercise_end(&exercise);
}

/* The next search would start at the upper of two holes, had the heap not grown in between. */
static void next_fit_goes_on_where_the_heap_grew(void **state)
{
    struct hg_config config = exercise_config("next-fit");
    struct exercise exercise;

    (void)state;
    config.settings[HG_SETTING_ORDER] = HG_ORDER_ADDRESS;
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A56 B24 C56 D24 -C -A E40 -E", "-64 B32 -64 D32");
    exercise_expect(&exercise, "H120", "-64 B32 -64 D32 H128");
    exercise_expect(&exercise, "I24", "I32 -32 B32 -64 D32 H128"); /* around to the head */
    exercise_end(&exercise);
}

/* The next search starts at C's hole, also after that has merged with D's. */
static void next_fit_goes_on_in_what_has_merged(void **state)
{
    struct hg_config config = exercise_config("next-fit");
    struct exercise exercise;

    (void)state;
    config.settings[HG_SETTING_ORDER] = HG_ORDER_ADDRESS;
    config.settings[HG_SETTING_COALESCE] = HG_COALESCE_DEFERRED;
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A24 B24 C24 D24 E24 F24 G24 -C -A Z24 -Z -D -F",
                    "-32 B32 -32 -32 E32 -32 G32");
    hg_coalesce(exercise.shadow->heap);
    exercise_expect(&exercise, "", "-32 B32 -64 E32 -32 G32");
    exercise_expect(&exercise, "H24", "-32 B32 H32 -32 E32 -32 G32");
    exercise_end(&exercise);
}

static void the_order_of_the_list_decides_what_fits_first(void **state)
{
    /* D (160) is freed first, then F (96), then B (64) */
    static const struct {
        enum hg_order order;
        const char *picture;
    } rows[] = {
        {HG_ORDER_LIFO, "A32 H32 -32 C32 -160 E32 -96 G32"},
        {HG_ORDER_FIFO, "A32 -64 C32 H32 -128 E32 -96 G32"},
        {HG_ORDER_ADDRESS, "A32 H32 -32 C32 -160 E32 -96 G32"},
        {HG_ORDER_SIZE_UP, "A32 H32 -32 C32 -160 E32 -96 G32"},
        {HG_ORDER_SIZE_DOWN, "A32 -64 C32 H32 -128 E32 -96 G32"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct hg_config config = exercise_config("first-fit");
        struct exercise exercise;

        config.settings[HG_SETTING_ORDER] = rows[i].order;
        exercise = exercise_begin(&config);
        exercise_expect(&exercise, holes, "A32 -64 C32 -160 E32 -96 G32");
        exercise_expect(&exercise, "H24", rows[i].picture);
        exercise_end(&exercise);
    }
}

static void a_small_remainder_is_not_split_off(void **state)
{
    struct hg_config config = exercise_config("first-fit");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A24 B56 C24 -B D40", "A32 D64 C32"); /* 16 would remain */
    exercise_end(&exercise);
    config.settings[HG_SETTING_SPLIT_THRESHOLD] = 128;
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A24 B152 C24 -B D40", "A32 D160 C32"); /* 112 would remain */
    exercise_expect(&exercise, "-D E8 F24", "A32 E32 F128 C32");
    exercise_end(&exercise);
}

static void the_high_end_can_be_handed_out(void **state)
{
    struct hg_config config = exercise_config("first-fit");
    struct exercise exercise;

    (void)state;
    config.settings[HG_SETTING_PLACE] = HG_PLACE_HIGH;
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A24 B152 C24 -B D40", "A32 -112 D48 C32");
    exercise_end(&exercise);
}

static void merging_can_wait_or_never_happen(void **state)
{
    struct hg_config config = exercise_config("first-fit");
    struct exercise exercise;

    (void)state;
    config.settings[HG_SETTING_COALESCE] = HG_COALESCE_DEFERRED;
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A24 B24 C24 D24 -A -B -C", "-32 -32 -32 D32");
    exercise_expect(&exercise, "E24", "-32 -32 E32 D32"); /* C was freed last */
    exercise_expect(&exercise, "F56", "F64 E32 D32");     /* only now they merge */
    exercise_end(&exercise);
    config.settings[HG_SETTING_COALESCE] = HG_COALESCE_NEVER;
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A24 B24 C24 D24 -A -B -C E56", "-32 -32 -32 D32 E64");
    hg_coalesce(exercise.shadow->heap);
    exercise_expect(&exercise, "", "-32 -32 -32 D32 E64");
    exercise_end(&exercise);
}

static void realloc_shrinks_and_grows_in_place(void **state)
{
    struct hg_config config = exercise_config("first-fit");
    struct exercise exercise = exercise_begin(&config);
    const void *before;

    (void)state;
    exercise_expect(&exercise, "A152 B24", "A160 B32");
    before = exercise.named[0];
    exercise_expect(&exercise, "A=24", "A32 -128 B32"); /* the tail is free */
    exercise_expect(&exercise, "A=56", "A64 -96 B32");  /* into the right neighbour */
    exercise_expect(&exercise, "A=152", "A160 B32");    /* all of it */
    exercise_expect(&exercise, "A=150", "A160 B32");    /* nothing to do */
    assert_ptr_equal(exercise.named[0], before);
    before = exercise.named[1];
    exercise_expect(&exercise, "B=88", "A160 B96"); /* with the break */
    assert_ptr_equal(exercise.named[1], before);
    exercise_expect(&exercise, "A=200", "-160 B96 A208"); /* moved */
    exercise_end(&exercise);
}

static void a_bigger_header_and_footers_cost_their_bytes(void **state)
{
    struct hg_config config = exercise_config("first-fit");
    struct exercise exercise;

    (void)state;
    config.settings[HG_SETTING_HEADER] = 16;
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A24 B32 C33", "A48 B48 C64");
    exercise_end(&exercise);
    config.settings[HG_SETTING_HEADER] = 8;
    config.settings[HG_SETTING_BOUNDARY_TAGS] = HG_BOUNDARY_TAGS_ALL;
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A16 B17 C32", "A32 B48 C48");
    exercise_expect(&exercise, "-A -C -B", "-128");
    exercise_end(&exercise);
}

static void the_break_moves_by_quanta_and_back(void **state)
{
    struct hg_config config = hg_config_default("first-fit");
    struct exercise exercise = exercise_begin(&config);
    const struct hg_arena *arena = &exercise.shadow->arena;

    (void)state;
    assert_int_equal(arena->used, 4096);
    exercise_expect(&exercise, "A100000", "A100016 -2192");
    assert_int_equal(arena->used, 102400);
    exercise_expect(&exercise, "B100000 -B", "A100016 -100496"); /* below the trim threshold */
    exercise_expect(&exercise, "B200000 -B", "A100016 -2192");   /* above it */
    assert_int_equal(arena->used, 102400);
    exercise_end(&exercise);
}

static void merging_late_gives_back_late(void **state)
{
    struct hg_config config = exercise_config("first-fit");
    struct exercise exercise;

    (void)state;
    config.settings[HG_SETTING_COALESCE] = HG_COALESCE_DEFERRED;
    config.settings[HG_SETTING_TRIM] = 128;
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A24 B88 C88 -B -C", "A32 -96 -96");
    hg_coalesce(exercise.shadow->heap);
    exercise_expect(&exercise, "", "A32");
    exercise_end(&exercise);
}

/* Where merging is immediate, there is nothing to look for, and no block is looked at: not even a
 * size that leads out of the heap. */
static void nothing_is_looked_for_where_all_is_merged(void **state)
{
    struct hg_config config = exercise_config("first-fit");
    struct exercise exercise = exercise_begin(&config);
    uint64_t *tag, whole;

    (void)state;
    exercise_expect(&exercise, "A24 B24 C24 -B", "A32 -32 C32");
    tag = (uint64_t *)exercise.named[0] - 1;
    whole = *tag;
    *tag |= (uint64_t)1 << 46;
    hg_coalesce(exercise.shadow->heap);
    *tag = whole;
    exercise_expect(&exercise, "", "A32 -32 C32");
    exercise_end(&exercise);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_holds_header_payload_and_padding),
        cmocka_unit_test(freed_blocks_merge_left_right_and_both),
        cmocka_unit_test(each_fit_chooses_its_hole),
        cmocka_unit_test(the_first_of_equals_is_taken),
        cmocka_unit_test(next_fit_goes_on_where_it_stopped),
        cmocka_unit_test(next_fit_goes_on_where_the_heap_grew),
        cmocka_unit_test(next_fit_goes_on_in_what_has_merged),
        cmocka_unit_test(the_order_of_the_list_decides_what_fits_first),
        cmocka_unit_test(a_small_remainder_is_not_split_off),
        cmocka_unit_test(the_high_end_can_be_handed_out),
        cmocka_unit_test(merging_can_wait_or_never_happen),
        cmocka_unit_test(realloc_shrinks_and_grows_in_place),
        cmocka_unit_test(a_bigger_header_and_footers_cost_their_bytes),
        cmocka_unit_test(merging_late_gives_back_late),
        cmocka_unit_test(nothing_is_looked_for_where_all_is_merged),
        cmocka_unit_test(the_break_moves_by_quanta_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
