/* test_simple.c: exercises for the linear allocator and for pools. */
#include <errno.h>

#include "heap/exercise.h"
#include "test.h"

static void linear_moves_an_index_up(void **state)
{
    struct hg_config config = exercise_config("linear");
    struct exercise exercise = exercise_begin(&config);
    struct hg_heap *heap = exercise.shadow->heap;

    (void)state;
    exercise_expect(&exercise, "A1 B8 C9 D100", "A16 B16 C32 D112");
    assert_false(hg_free(heap, exercise.named[1]));
    assert_int_equal(errno, ENOTSUP);
    exercise_expect(&exercise, "", "A16 B16 C32 D112");
    hg_reset(heap);
    exercise_forget(&exercise);
    exercise_expect(&exercise, "", "");
    exercise_expect(&exercise, "E1", "E16");
    exercise_end(&exercise);
}

static void linear_resizes_its_last_block_only(void **state)
{
    struct hg_config config = exercise_config("linear");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A8 B8 B=40", "A16 B48"); /* grown with the break */
    exercise_expect(&exercise, "B=8", "A16 B16 -32");    /* shrunk: the rest is free */
    exercise_expect(&exercise, "C8", "A16 B16 C16 -16");
    exercise_expect(&exercise, "A=4", "A16 B16 C16 -16"); /* it has room enough */
    exercise_expect(&exercise, "A=20", "B16 C16 A32");    /* moved; the old block is kept */
    exercise_end(&exercise);
}

static void payloads_of_no_bytes_differ_from_those_behind(void **state)
{
    struct hg_config config = hg_config_default("linear");
    struct exercise exercise;
    struct hg_heap *heap;
    void *payload;

    (void)state;
    config.settings[HG_SETTING_ALIGNMENT] = 8;
    exercise = exercise_begin(&config);
    heap = exercise.shadow->heap;
    payload = hg_malloc(heap, 0);
    assert_int_equal(hg_usable_size(heap, payload), 8);
    assert_true((char *)hg_malloc(heap, 0) - (char *)payload == 16);
    hg_reset(heap);
    exercise_end(&exercise);
}

static void linear_skips_for_alignment(void **state)
{
    struct hg_config config = exercise_config("linear");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise.named[0] = hg_aligned_alloc(exercise.shadow->heap, 256, 10);
    assert_int_equal((uintptr_t)exercise.named[0] % 256, 0);
    exercise_expect(&exercise, "B8", "A32 B16"); /* what was skipped is bookkeeping */
    exercise_end(&exercise);
}

/* Eight slots of 32 bytes in the first chunk. */
static struct hg_config pool_of_eight(const char *policy)
{
    struct hg_config config = exercise_config(policy);

    config.settings[HG_SETTING_SLOT_SIZE] = 32;
    return config;
}

static void a_pool_has_slots_of_one_size(void **state)
{
    static const char *const policies[] = {"pool-scan", "pool-stack"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        struct hg_config config = pool_of_eight(policies[i]);
        struct exercise exercise = exercise_begin(&config);
        struct hg_heap *heap = exercise.shadow->heap;

        exercise_expect(&exercise, "A1 B32 C10", "A32 B32 C32 -32 -32 -32 -32 -32");
        assert_null(hg_malloc(heap, 33));
        assert_int_equal(hg_usable_size(heap, exercise.named[0]), 32);
        exercise_expect(&exercise, "A=32", "A32 B32 C32 -32 -32 -32 -32 -32");
        assert_null(hg_realloc(heap, exercise.named[0], 33));
        exercise_expect(&exercise, "D1 E1 F1 G1 H1", "A32 B32 C32 D32 E32 F32 G32 H32");
        exercise_end(&exercise);
    }
}

static void scanning_takes_longer_than_popping(void **state)
{
    struct hg_config config = pool_of_eight("pool-scan");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A1 B1 C1 D1 E1", "A32 B32 C32 D32 E32 -32 -32 -32");
    assert_int_equal(exercise.shadow->visits, 5); /* of the last one: the fifth slot was free */
    exercise_expect(&exercise, "-D -B F1", "A32 F32 C32 -32 E32 -32 -32 -32"); /* the first free */
    assert_int_equal(exercise.shadow->visits, 2);
    exercise_end(&exercise);
    config = pool_of_eight("pool-stack");
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A1 B1 C1 D1 E1", "A32 B32 C32 D32 E32 -32 -32 -32");
    assert_int_equal(exercise.shadow->visits, 1);
    exercise_expect(&exercise, "-B -D F1", "A32 -32 C32 F32 E32 -32 -32 -32"); /* the last freed */
    assert_int_equal(exercise.shadow->visits, 1);
    exercise_end(&exercise);
}

static void a_pool_grows_by_chunks(void **state)
{
    struct hg_config config = hg_config_default("pool-stack");
    struct exercise exercise = exercise_begin(&config);
    int slots = 0;

    (void)state;
    assert_int_equal(exercise.shadow->arena.used, 4096);
    while (exercise.shadow->arena.used == 4096) {
        assert_true(shadow_allocate(exercise.shadow, 64, 1) >= 0);
        slots++;
    }
    assert_true(slots > 50 && slots < 64);
    assert_int_equal(exercise.shadow->arena.used, 8192);
    shadow_compare(exercise.shadow);
    exercise_end(&exercise);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_moves_an_index_up),
        cmocka_unit_test(linear_resizes_its_last_block_only),
        cmocka_unit_test(payloads_of_no_bytes_differ_from_those_behind),
        cmocka_unit_test(linear_skips_for_alignment),
        cmocka_unit_test(a_pool_has_slots_of_one_size),
        cmocka_unit_test(scanning_takes_longer_than_popping),
        cmocka_unit_test(a_pool_grows_by_chunks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
