/* test_config.c: what programs that were compiled against an older library rely on. */
#include <errno.h>
#include <stdio.h>

#include "heapglass/heap.h"
#include "test.h"

/* A program holds these numbers: a new setting comes behind them. */
static void settings_keep_their_numbers(void **state)
{
    static const char *const names[] = {
        "header",          "alignment",   "min-block", "order", "coalesce", "boundary-tags",
        "split-threshold", "place",       "grow",      "trim",  "release",  "slot-size",
        "slabs",           "quick-lists", "bins",      "fit",   "fixed",
    };

    (void)state;
    for (unsigned i = 0; i < TEST_COUNT(names); i++)
        assert_string_equal(hg_setting(i)->name, names[i]);
    assert_true(HG_SETTING_COUNT >= TEST_COUNT(names));
}

static void a_config_has_room_for_settings_to_come(void **state)
{
    struct hg_config config = hg_config_default("first-fit");

    (void)state;
    assert_int_equal(sizeof config, sizeof(char *) + 32 * sizeof(uint64_t));
    assert_null(hg_setting(HG_SETTING_COUNT));
    for (unsigned i = HG_SETTING_COUNT; i < HG_SETTING_MOST; i++)
        assert_int_equal(config.settings[i], 0);
}

static void a_setting_of_a_later_library_is_refused(void **state)
{
    static char memory[1 << 16] __attribute__((aligned(16)));
    struct hg_arena arena = {.start = memory, .size = sizeof memory};
    struct hg_os os = hg_os_arena(&arena);
    struct hg_config config = hg_config_default("first-fit");
    unsigned setting = 0;

    (void)state;
    config.settings[HG_SETTING_MOST - 1] = 1;
    assert_string_equal(hg_config_problem(&config, &setting), "is no setting");
    assert_int_equal(setting, HG_SETTING_MOST - 1);
    errno = 0;
    assert_null(hg_open(&config, &os, NULL, NULL));
    assert_int_equal(errno, EINVAL);
}

static void a_policy_that_is_none_is_no_settings_problem(void **state)
{
    struct hg_config config = hg_config_default("no-fit");
    unsigned setting = 0;

    (void)state;
    assert_string_equal(hg_config_problem(&config, &setting), "is no policy");
    assert_int_equal(setting, HG_SETTING_NONE);
    assert_null(hg_setting(setting));
}

static void the_versions_number_says_what_its_text_does(void **state)
{
    unsigned major, minor, patch;
    char end;

    (void)state;
    assert_int_equal(sscanf(hg_version(), "%u.%u.%u%c", &major, &minor, &patch, &end), 3);
    assert_int_equal(hg_version_number(), 10000 * major + 100 * minor + patch);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_keep_their_numbers),
        cmocka_unit_test(a_config_has_room_for_settings_to_come),
        cmocka_unit_test(a_setting_of_a_later_library_is_refused),
        cmocka_unit_test(a_policy_that_is_none_is_no_settings_problem),
        cmocka_unit_test(the_versions_number_says_what_its_text_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
