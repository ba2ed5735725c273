/* test_following.c: how long is waited for the calls of a program. */
#include "command/following.h"

#include "test.h"

static void waiting_longer_and_longer_has_a_bound(void **state)
{
    static const int rows[] = {1, 2, 4, 8, 16, 16, 16};
    int idle_ms = 0;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        idle_ms = following_idle_ms(idle_ms);
        assert_int_equal(idle_ms, rows[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_longer_and_longer_has_a_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
