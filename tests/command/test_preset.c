/* test_preset.c: the textbooks' allocators by name: settings, rules, sentences, and going back. */
#include <stdio.h>
#include <string.h>

#include "command/spy.h"
#include "settings/preset.h"
#include "target/serve.h"
#include "test.h"

static void each_preset_can_be_used_and_says_its_rules(void **state)
{
    const struct preset *preset;

    (void)state;
    for (unsigned number = 0; (preset = preset_at(number)); number++) {
        struct spy *spy;
        char line[64];

        if (!preset->rules)
            continue;
        spy = spy_create();

        snprintf(line, sizeof line, "alloc A 10; free A; alloc B 20; preset %s", preset->name);
        spy_expect(spy, line);
        spy_expect_said(spy, "the 3 steps so far replayed on it");
        assert_string_equal(spy->session->mirror->picture.config.policy, preset->policy);
        spy_expect(spy, "alloc C 100; realloc C 300; free B; undo; redo; check");
        snprintf(line, sizeof line, "help preset %s", preset->name);
        spy_expect(spy, line);
        spy_expect_said(spy, preset->rules);
        spy_expect_said(spy, preset->source);
        spy_destroy(spy);
    }
}

static uint64_t setting_of(const struct spy *spy, unsigned setting)
{
    return spy->session->mirror->picture.config.settings[setting];
}

static void a_preset_leaves_no_setting_as_it_was(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "set grow 64K; set order fifo; preset csapp");
    assert_int_equal(setting_of(spy, HG_SETTING_GROW), 4096);
    assert_int_equal(setting_of(spy, HG_SETTING_ORDER), HG_ORDER_LIFO);
    spy_expect(spy, "preset ostep");
    assert_int_equal(setting_of(spy, HG_SETTING_FIXED), HG_SWITCH_ON);
    spy_destroy(spy);
}

static void presets_are_listed_and_unknown_ones_refused(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "preset");
    spy_expect_said(spy, "csapp              the implicit list");
    spy_expect_error(spy, "preset buddy", "there is no preset 'buddy'; there are ten-asked,", 8);
    spy_expect_error(spy, "preset csap", "there is no preset 'csap'; did you mean 'csapp'?", 8);
    spy_expect_error(spy, "help preset buddy", "there is no preset 'buddy'", 13);
    spy_destroy(spy);
}

static void what_a_book_does_not_have_is_refused(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "preset csapp; set fit next");
    spy_expect_error(spy, "set fit best", "fit best is not csapp's, which is first or next", 9);
    spy_expect(spy, "preset ostep");
    spy_expect_error(spy, "set fit next", "fit next is not ostep's, which is first, best or worst",
                     9);
    spy_expect_error(spy, "set grow exact", "grow exact cannot be where fixed is on", 10);
    spy_expect(spy, "preset kr");
    spy_expect_error(spy, "set grow 40", "grow 40 must be a multiple of 16 under kr", 10);
    spy_destroy(spy);
}

static void sentences_tell_what_a_book_does(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "preset csapp; alloc A 100; alloc B 10; realloc A 20");
    spy_expect_said(spy, "As realloc is malloc, copy and free here, A moved, so its 20 bytes");
    spy_expect(spy, "preset kr; reset; alloc A 10");
    spy_expect_said(spy, "(32 bytes missing, 16K at least)");
    spy_expect(spy, "preset osmem; reset; alloc A 10");
    spy_expect_said(spy, "(48 bytes missing, 128K at first)");
    spy_expect(spy, "alloc B 10; free A; free B");
    spy_expect_said(spy, "free neighbours merge only before the next search");
    spy_expect(spy, "preset ostep; set coalesce immediate; reset; alloc A 10");
    spy_expect_said(spy, "A takes the free piece that the setting fit asks for");
    spy_destroy(spy);
}

int main(int count, char **arguments)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_preset_can_be_used_and_says_its_rules),
        cmocka_unit_test(a_preset_leaves_no_setting_as_it_was),
        cmocka_unit_test(presets_are_listed_and_unknown_ones_refused),
        cmocka_unit_test(what_a_book_does_not_have_is_refused),
        cmocka_unit_test(sentences_tell_what_a_book_does),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
