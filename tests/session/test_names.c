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
    struct names names = {0}, copy;
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
    copy = names_copy(&names);
    assert_int_equal(names_add(&names, "b"), MANY);
    assert_false(names_find(&copy, "b", &id));
    names_finish(&names);
    for (unsigned i = 0; i < MANY; i++) {
        assert_true(names_find(&copy, nth(i, text), &id));
        assert_int_equal(id, i);
        assert_string_equal(names_text(&copy, i), text);
    }
    assert_false(names_find(&copy, nth(MANY, text), &id));
    names_finish(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_have_the_numbers_that_they_were_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
