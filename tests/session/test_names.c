/* test_names.c: each name has one number, whatever else there is. */
#include "session/names.h"

#include <stdio.h>

#include "test.h"

enum { MANY = 100000 };

static const char *nth(unsigned number, char text[32])
{
    snprintf(text, 32, "b%u", number);
    return text;
}

static void names_have_the_numbers_that_they_were_given(void **state)
{
    struct names names = {0}, shared;
    char text[32];
    uint32_t id = 0;

    (void)state;
    assert_false(names_find(&names, "b0", &id));
    for (unsigned i = 0; i < MANY; i++) {
        assert_true(names_add_new(&names, nth(i, text), &id));
        assert_int_equal(id, i);
        assert_false(names_add_new(&names, nth(i / 2, text), &id));
        assert_int_equal(id, i / 2);
    }
    shared = names_share(&names);
    assert_int_equal(names_add(&names, "b"), MANY);
    assert_int_equal(names_add(&shared, "c"), MANY + 1);
    assert_int_equal(names_add(&names, "c"), MANY + 1);
    names_finish(&names);
    for (unsigned i = 0; i < MANY; i++) {
        assert_true(names_find(&shared, nth(i, text), &id));
        assert_int_equal(id, i);
        assert_string_equal(names_text(&shared, i), text);
    }
    assert_false(names_find(&shared, nth(MANY, text), &id));
    names_finish(&shared);
}

/* Names that are numbers are names like any other. */
static void numbered_names_are_those_that_somebody_might_have_given(void **state)
{
    static const char *const others[] = {"b07", "b", "b1x", "b100000", "b4294967296", "B3", "c5"};
    struct names names = {0};
    char text[32];
    uint32_t id = 0;

    (void)state;
    for (unsigned i = 0; i < MANY; i++) {
        assert_false(names_find(&names, nth(i, text), &id));
        names_add_numbered(&names);
        if (i % 30000 == 0)
            assert_string_equal(names_text(&names, i / 2), nth(i / 2, text));
    }
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(names_find(&names, others[i], &id));
        assert_true(names_add_new(&names, others[i], &id));
        assert_int_equal(id, MANY + i);
        assert_string_equal(names_text(&names, id), others[i]);
    }
    for (unsigned i = 0; i < MANY; i++) {
        assert_true(names_find(&names, nth(i, text), &id));
        assert_int_equal(id, i);
        assert_int_equal(names_add(&names, text), i);
        assert_string_equal(names_text(&names, i), text);
    }
    names_finish(&names);
}

/* Each has its own where there were none to share. */
static void none_are_shared_where_there_are_none(void **state)
{
    struct names names = {0}, shared = names_share(&names);
    uint32_t id;

    (void)state;
    assert_int_equal(names_add(&names, "A"), 0);
    assert_false(names_find(&shared, "A", &id));
    assert_int_equal(names_add(&shared, "B"), 0);
    names_finish(&shared);
    names_finish(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_have_the_numbers_that_they_were_given),
        cmocka_unit_test(numbered_names_are_those_that_somebody_might_have_given),
        cmocka_unit_test(none_are_shared_where_there_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
