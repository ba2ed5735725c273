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

/* A look at a large heap takes long, and waits in between; words do not wait for it. */
static void words_are_told_while_a_look_at_the_heap_waits(void **state)
{
    struct following_pace pace = {0};
    uint64_t now = 1000;
    int words = 0;

    (void)state;
    assert_int_equal(following_due(&pace, now), DUE_HEAP);
    following_shown(&pace, DUE_HEAP, now, now + 500, true);
    now += 500;
    assert_int_equal(following_due(&pace, now), DUE_NOTHING);
    for (; following_due(&pace, now) != DUE_HEAP; now += 10) {
        if (following_due(&pace, now) == DUE_WORDS) {
            following_shown(&pace, DUE_WORDS, now, now, true);
            words++;
        }
    }
    assert_int_equal(now, 1500 + 8 * 500);
    assert_int_equal(words, 39); /* each 100 ms */
}

static void a_small_heap_is_looked_at_many_times_a_second(void **state)
{
    static const struct {
        bool is_new;
        uint64_t next_ms;
    } rows[] = {{true, 33}, {false, 100}};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct following_pace pace = {0};

        following_shown(&pace, DUE_HEAP, 1000, 1001, rows[i].is_new);
        assert_int_not_equal(following_due(&pace, 1000 + rows[i].next_ms), DUE_HEAP);
        assert_int_equal(following_due(&pace, 1001 + rows[i].next_ms), DUE_HEAP);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_longer_and_longer_has_a_bound),
        cmocka_unit_test(words_are_told_while_a_look_at_the_heap_waits),
        cmocka_unit_test(a_small_heap_is_looked_at_many_times_a_second),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
