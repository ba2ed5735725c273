/* test_buddy.c: exercises for the buddy allocator. */
#include "heap/exercise.h"
#include "test.h"

enum { KIB = 1024 };

/* The textbook's heap: one block of a megabyte. */
static struct hg_config a_megabyte(void)
{
    struct hg_config config = exercise_config("buddy");

    config.settings[HG_SETTING_GROW] = 1024 * KIB;
    return config;
}

static void blocks_split_in_halves_and_merge_again(void **state)
{
    struct hg_config config = a_megabyte();
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    /* requests of 100K, 240K, 60K and 250K; then A, B and D are freed */
    exercise_expect(&exercise, "A102400", "A131072 -131072 -262144 -524288");
    exercise_expect(&exercise, "B245760", "A131072 -131072 B262144 -524288");
    exercise_expect(&exercise, "C61440", "A131072 C65536 -65536 B262144 -524288");
    exercise_expect(&exercise, "D256000", "A131072 C65536 -65536 B262144 D262144 -262144");
    exercise_expect(&exercise, "-B", "A131072 C65536 -65536 -262144 D262144 -262144");
    exercise_expect(&exercise, "-A", "-131072 C65536 -65536 -262144 D262144 -262144");
    exercise_expect(&exercise, "E30720", "-131072 C65536 E32768 -32768 -262144 D262144 -262144");
    exercise_expect(&exercise, "-C", "-131072 -65536 E32768 -32768 -262144 D262144 -262144");
    exercise_expect(&exercise, "-E", "-524288 D262144 -262144");
    exercise_expect(&exercise, "-D", "-1048576");
    exercise_end(&exercise);
}

static void a_power_of_two_does_not_fit_with_its_tag(void **state)
{
    struct hg_config config = exercise_config("buddy");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A24 B25 C56 D57", "A32 -32 B64 C64 -64 D128");
    exercise_end(&exercise);
}

/* Only buddies merge: two free neighbours that are not each other's stay two. */
static void neighbours_that_are_no_buddies_stay_apart(void **state)
{
    struct hg_config config = exercise_config("buddy");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A20 B20 C20 D20 -B -C", "A32 -32 -32 D32");
    exercise_expect(&exercise, "-A", "-64 -32 D32");
    exercise_expect(&exercise, "-D", "-128");
    exercise_end(&exercise);
}

static void growing_skips_to_a_multiple_of_the_size(void **state)
{
    struct hg_config config = exercise_config("buddy");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A20 B200", "A32 -32 -64 -128 B256");
    exercise_end(&exercise);
}

static void growing_uses_what_is_free_at_the_end(void **state)
{
    struct hg_config config = exercise_config("buddy");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A20 B50 -A -B", "-128");
    exercise_expect(&exercise, "C200", "C256");
    exercise_expect(&exercise, "D20 E20 F50 -E -F", "C256 D32 -32 -64");
    exercise_expect(&exercise, "G200", "C256 D32 -32 -64 -128 G256"); /* D is in the way */
    exercise_end(&exercise);
}

static void resizing_in_place(void **state)
{
    struct hg_config config = exercise_config("buddy");
    struct exercise exercise = exercise_begin(&config);

    (void)state;
    exercise_expect(&exercise, "A200 A=20", "A32 -32 -64 -128");
    exercise_expect(&exercise, "A=100", "A128 -128");
    exercise_expect(&exercise, "B20 A=120", "A128 B32 -32 -64");
    exercise_expect(&exercise, "A=121", "-128 B32 -32 -64 A256"); /* moved */
    exercise_end(&exercise);
}

static void free_blocks_at_the_end_go_back(void **state)
{
    struct hg_config config = a_megabyte();
    struct exercise exercise;

    (void)state;
    config.settings[HG_SETTING_TRIM] = 128 * KIB;
    exercise = exercise_begin(&config);
    exercise_expect(&exercise, "A500000 B900000", "A524288 -524288 B1048576");
    exercise_expect(&exercise, "-B", "A524288 -524288");
    exercise_expect(&exercise, "-A", "");
    exercise_end(&exercise);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_split_in_halves_and_merge_again),
        cmocka_unit_test(a_power_of_two_does_not_fit_with_its_tag),
        cmocka_unit_test(neighbours_that_are_no_buddies_stay_apart),
        cmocka_unit_test(growing_skips_to_a_multiple_of_the_size),
        cmocka_unit_test(growing_uses_what_is_free_at_the_end),
        cmocka_unit_test(resizing_in_place),
        cmocka_unit_test(free_blocks_at_the_end_go_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
