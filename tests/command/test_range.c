/* test_range.c: many names at once. */
#include "command/range.h"

#include <string.h>

#include "base/text.h"
#include "test.h"

static void ranges_name_many(void **state)
{
    static const struct {
        const char *text, *names;
    } rows[] = {
        {"A", "A"},
        {"last_one", "last_one"},
        {"a1", "a1"},
        {"a1..a4", "a1 a2 a3 a4"},
        {"a1..a9:2", "a1 a3 a5 a7 a9"},
        {"a1..a8:3", "a1 a4 a7"},
        {"a4..a1", "a4 a3 a2 a1"},
        {"a5..a1:2", "a5 a3 a1"},
        {"a08..a11", "a08 a09 a10 a11"},
        {"x_9..x_11", "x_9 x_10 x_11"},
        {"a7..a7", "a7"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        char name[SCOPED_NAME_MAX + 1];
        struct text names = {0};
        struct error error;
        struct range range;

        assert_true(range_parse(rows[i].text, &range, &error));
        for (uint64_t j = 0; j < range.count; j++)
            text_add(&names, "%s%s", j ? " " : "", range_name(&range, j, name));
        assert_string_equal(text_string(&names), rows[i].names);
        text_finish(&names);
    }
}

static void what_is_no_range_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "1",
        "1a",
        "a-b",
        "a.b",
        "a1..",
        "..a1",
        "a1..b9",
        "a..b",
        "a1..a9:",
        "a1..a9:0",
        "a1..a9:x",
        "a1..a9:-1",
        "a1..a99999999999",
        "a0..a4194305",
        "a1..a2..a3",
        "ab1..a2",
        "a1:2",
    };
    char long_name[NAME_LENGTH_MAX + 2];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct error error = {0};
        struct range range;

        if (range_parse(rows[i], &range, &error))
            fail_msg("'%s' was taken for a range", rows[i]);
        assert_true(error.text[0] != '\0');
    }
    memset(long_name, 'a', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    assert_false(range_parse(long_name, &(struct range){0}, &(struct error){0}));
    assert_true(range_parse(long_name + 1, &(struct range){0}, &(struct error){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_name_many),
        cmocka_unit_test(what_is_no_range_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
