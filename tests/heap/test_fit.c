/* test_fit.c: textbook exercises for the teaching engine, worked by hand. A heap is written as its
 * blocks in address order, without state and end: "A32 -48 B64" is A's block of 32 bytes, a free
 * block of 48, B's block of 64. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heap/shadow.h"
#include "test.h"

enum { NAMES = 26, PICTURE_MAX = 1024 };

#define ARENA_SIZE ((size_t)1 << 20)

struct exercise {
    struct shadow *shadow;
    void *named[NAMES];
    char picture[PICTURE_MAX];
};

static struct hg_config exact(const char *policy)
{
    struct hg_config config = hg_config_default(policy);

    config.settings[HG_GROW] = HG_GROW_EXACT;
    config.settings[HG_TRIM] = HG_TRIM_NEVER;
    return config;
}

static struct exercise begin(const struct hg_config *config)
{
    return (struct exercise){.shadow = shadow_create(config, ARENA_SIZE, 1)};
}

static void end(struct exercise *exercise)
{
    shadow_destroy(exercise->shadow);
}

static char name_of(const struct exercise *exercise, uint64_t payload)
{
    for (int i = 0; i < NAMES; i++) {
        if (exercise->named[i] == (char *)exercise->shadow->heap + payload)
            return (char)('A' + i);
    }
    return '?';
}

static bool add_block(void *context, const struct hg_block *block)
{
    struct exercise *exercise = context;
    size_t length = strlen(exercise->picture);
    char name = block->kind == HG_FREE ? '-' : name_of(exercise, block->at + block->header);

    if (block->kind != HG_BOOKKEEPING)
        snprintf(exercise->picture + length, PICTURE_MAX - length, "%s%c%zu", length ? " " : "",
                 name, (size_t)block->size);
    return true;
}

/* Do what `moves` say: "A10" allocates A with 10 bytes, "-A" frees it, "A=20" resizes it. Then the
 * heap must be as pictured. */
static void expect_picture(struct exercise *exercise, const char *moves, const char *picture)
{
    struct hg_heap *heap = exercise->shadow->heap;
    struct hg_defect defect;
    char move[16];
    int length;

    for (; sscanf(moves, " %15s%n", move, &length) == 1; moves += length) {
        void **named = &exercise->named[(move[0] == '-' ? move[1] : move[0]) - 'A'];

        exercise->shadow->last_take.kind = HG_EVENT_KINDS;
        exercise->shadow->visits = 0;
        if (move[0] == '-') {
            hg_free(heap, *named);
            *named = NULL;
        } else if (move[1] == '=') {
            *named = hg_realloc(heap, *named, (size_t)atoi(move + 2));
        } else {
            *named = hg_malloc(heap, (size_t)atoi(move + 1));
        }
        assert_true(hg_check(heap, hg_size(heap), &defect));
    }
    exercise->picture[0] = '\0';
    hg_walk(heap, hg_size(heap), 0, add_block, exercise);
    assert_string_equal(exercise->picture, picture);
    if (exercise->shadow->contradiction)
        fail_msg("%s", exercise->shadow->contradiction);
}

static void a_block_holds_header_payload_and_padding(void **state)
{
    struct hg_config config = exact("first-fit");
    struct exercise exercise = begin(&config);

    (void)state;
    expect_picture(&exercise, "A1 B24 C25 D40 E41", "A32 B32 C48 D48 E64");
    assert_int_equal(hg_usable_size(exercise.shadow->heap, exercise.named[0]), 24);
    assert_int_equal(hg_usable_size(exercise.shadow->heap, exercise.named[2]), 40);
    end(&exercise);
}

static void freed_blocks_merge_left_right_and_both(void **state)
{
    struct hg_config config = exact("first-fit");
    struct exercise exercise = begin(&config);

    (void)state;
    expect_picture(&exercise, "A24 B24 C24 D24 E24 -B", "A32 -32 C32 D32 E32");
    expect_picture(&exercise, "-C", "A32 -64 D32 E32");  /* left */
    expect_picture(&exercise, "-A", "-96 D32 E32");      /* right */
    expect_picture(&exercise, "-E", "-96 D32 -32");      /* neither */
    expect_picture(&exercise, "-D", "-160");             /* both */
    end(&exercise);
}

/* Holes of 64, 160 and 96 bytes between blocks in use; B, D and F are freed in the order D, F, B, so
 * the list is B (64), F (96), D (160) under lifo. */
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
        struct hg_config config = exact(rows[i].policy);
        struct exercise exercise = begin(&config);

        expect_picture(&exercise, holes, "A32 -64 C32 -160 E32 -96 G32");
        expect_picture(&exercise, "H72", rows[i].picture);
        assert_int_equal(exercise.shadow->visits, rows[i].visits);
        end(&exercise);
    }
}

static void the_first_of_equals_is_taken(void **state)
{
    static const char *const policies[] = {"best-fit", "worst-fit"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        struct hg_config config = exact(policies[i]);
        struct exercise exercise = begin(&config);

        expect_picture(&exercise, "A24 B56 C24 D56 E24 -B -D X56", "A32 -64 C32 X64 E32");
        end(&exercise);
    }
}

static void next_fit_goes_on_where_it_stopped(void **state)
{
    struct hg_config config = exact("next-fit");
    struct exercise exercise = begin(&config);

    (void)state;
    config.settings[HG_ORDER] = HG_ORDER_ADDRESS;
    end(&exercise);
    exercise = begin(&config);
    expect_picture(&exercise, "A24 B56 C24 D152 E24 F88 G24 -D -F -B",
                   "A32 -64 C32 -160 E32 -96 G32");
    expect_picture(&exercise, "H72", "A32 -64 C32 H80 -80 E32 -96 G32");
    /* the search goes on at the remainder, although the first hole would do */
    expect_picture(&exercise, "I24", "A32 -64 C32 H80 I32 -48 E32 -96 G32");
    expect_picture(&exercise, "J40", "A32 -64 C32 H80 I32 J48 E32 -96 G32");
    expect_picture(&exercise, "K24", "A32 -64 C32 H80 I32 J48 E32 K32 -64 G32");
    expect_picture(&exercise, "L56", "A32 -64 C32 H80 I32 J48 E32 K32 L64 G32");
    /* and around to the head */
    expect_picture(&exercise, "M56", "A32 M64 C32 H80 I32 J48 E32 K32 L64 G32");
    end(&exercise);
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
        struct hg_config config = exact("first-fit");
        struct exercise exercise;

        config.settings[HG_ORDER] = rows[i].order;
        exercise = begin(&config);
        expect_picture(&exercise, holes, "A32 -64 C32 -160 E32 -96 G32");
        expect_picture(&exercise, "H24", rows[i].picture);
        end(&exercise);
    }
}

static void a_small_remainder_is_not_split_off(void **state)
{
    struct hg_config config = exact("first-fit");
    struct exercise exercise = begin(&config);

    (void)state;
    expect_picture(&exercise, "A24 B56 C24 -B D40", "A32 D64 C32"); /* 16 would remain */
    end(&exercise);
    config.settings[HG_SPLIT_THRESHOLD] = 128;
    exercise = begin(&config);
    expect_picture(&exercise, "A24 B152 C24 -B D40", "A32 D160 C32"); /* 112 would remain */
    expect_picture(&exercise, "-D E8 F24", "A32 E32 F128 C32");
    end(&exercise);
}

static void the_high_end_can_be_handed_out(void **state)
{
    struct hg_config config = exact("first-fit");
    struct exercise exercise;

    (void)state;
    config.settings[HG_PLACE] = HG_PLACE_HIGH;
    exercise = begin(&config);
    expect_picture(&exercise, "A24 B152 C24 -B D40", "A32 -112 D48 C32");
    end(&exercise);
}

static void merging_can_wait_or_never_happen(void **state)
{
    struct hg_config config = exact("first-fit");
    struct exercise exercise;

    (void)state;
    config.settings[HG_COALESCE] = HG_COALESCE_DEFERRED;
    exercise = begin(&config);
    expect_picture(&exercise, "A24 B24 C24 D24 -A -B -C", "-32 -32 -32 D32");
    expect_picture(&exercise, "E24", "-32 -32 E32 D32"); /* C was freed last */
    expect_picture(&exercise, "F56", "F64 E32 D32");     /* only now they merge */
    end(&exercise);
    config.settings[HG_COALESCE] = HG_COALESCE_NEVER;
    exercise = begin(&config);
    expect_picture(&exercise, "A24 B24 C24 D24 -A -B -C E56", "-32 -32 -32 D32 E64");
    hg_coalesce(exercise.shadow->heap);
    expect_picture(&exercise, "", "-32 -32 -32 D32 E64");
    end(&exercise);
}

static void realloc_shrinks_and_grows_in_place(void **state)
{
    struct hg_config config = exact("first-fit");
    struct exercise exercise = begin(&config);
    const void *before;

    (void)state;
    expect_picture(&exercise, "A152 B24", "A160 B32");
    before = exercise.named[0];
    expect_picture(&exercise, "A=24", "A32 -128 B32");   /* the tail is free */
    expect_picture(&exercise, "A=56", "A64 -96 B32");    /* into the right neighbour */
    expect_picture(&exercise, "A=152", "A160 B32");      /* all of it */
    expect_picture(&exercise, "A=150", "A160 B32");      /* nothing to do */
    assert_ptr_equal(exercise.named[0], before);
    before = exercise.named[1];
    expect_picture(&exercise, "B=88", "A160 B96");       /* with the break */
    assert_ptr_equal(exercise.named[1], before);
    expect_picture(&exercise, "A=200", "-160 B96 A208"); /* moved */
    end(&exercise);
}

static void a_bigger_header_and_footers_cost_their_bytes(void **state)
{
    struct hg_config config = exact("first-fit");
    struct exercise exercise;

    (void)state;
    config.settings[HG_HEADER] = 16;
    exercise = begin(&config);
    expect_picture(&exercise, "A24 B32 C33", "A48 B48 C64");
    end(&exercise);
    config.settings[HG_HEADER] = 8;
    config.settings[HG_BOUNDARY_TAGS] = HG_TAGS_ALL;
    exercise = begin(&config);
    expect_picture(&exercise, "A16 B17 C32", "A32 B48 C48");
    expect_picture(&exercise, "-A -C -B", "-128");
    end(&exercise);
}

static void the_break_moves_by_quanta_and_back(void **state)
{
    struct hg_config config = hg_config_default("first-fit");
    struct exercise exercise = begin(&config);
    const struct hg_arena *arena = &exercise.shadow->arena;

    (void)state;
    assert_int_equal(arena->used, 4096);
    expect_picture(&exercise, "A100000", "A100016 -2192");
    assert_int_equal(arena->used, 102400);
    expect_picture(&exercise, "B100000 -B", "A100016 -100496"); /* below the trim threshold */
    expect_picture(&exercise, "B200000 -B", "A100016 -2192");   /* above it */
    assert_int_equal(arena->used, 102400);
    end(&exercise);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_holds_header_payload_and_padding),
        cmocka_unit_test(freed_blocks_merge_left_right_and_both),
        cmocka_unit_test(each_fit_chooses_its_hole),
        cmocka_unit_test(the_first_of_equals_is_taken),
        cmocka_unit_test(next_fit_goes_on_where_it_stopped),
        cmocka_unit_test(the_order_of_the_list_decides_what_fits_first),
        cmocka_unit_test(a_small_remainder_is_not_split_off),
        cmocka_unit_test(the_high_end_can_be_handed_out),
        cmocka_unit_test(merging_can_wait_or_never_happen),
        cmocka_unit_test(realloc_shrinks_and_grows_in_place),
        cmocka_unit_test(a_bigger_header_and_footers_cost_their_bytes),
        cmocka_unit_test(the_break_moves_by_quanta_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
