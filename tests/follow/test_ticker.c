/* test_ticker.c: a word in memory that changes as time goes by. */
#include <time.h>

#include "follow/ticker.h"
#include "test.h"

/* Wait until a word has another value, for some seconds at most. */
static bool changes(const uint32_t *word)
{
    static const struct timespec pause = {.tv_nsec = 1000000};
    uint32_t before = __atomic_load_n(word, __ATOMIC_ACQUIRE);

    for (int tries = 0; tries < 10000; tries++) {
        if (__atomic_load_n(word, __ATOMIC_ACQUIRE) != before)
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

static void words_change_as_long_as_they_are_there(void **state)
{
    struct ticker *ticker = ticker_create();
    uint32_t first = 0, second = 0, last;

    (void)state;
    assert_non_null(ticker);
    ticker_add(ticker, &first);
    assert_true(changes(&first));
    ticker_add(ticker, &second);
    assert_true(changes(&second));
    assert_int_equal(second % 2, 0);
    ticker_remove(ticker, &first);
    ticker_remove(ticker, &first); /* it is not there */
    last = first;
    assert_true(changes(&second));
    assert_int_equal(first, last);
    ticker_drop(ticker);
}

/* A guest that is a child may outlive the first. */
static void it_goes_on_for_its_last_owner(void **state)
{
    struct ticker *ticker = ticker_create(), *shared = ticker_share(ticker);
    uint32_t word = 0;

    (void)state;
    ticker_add(ticker, &word);
    ticker_drop(ticker);
    assert_true(changes(&word));
    ticker_remove(shared, &word);
    ticker_drop(shared);
    assert_null(ticker_share(NULL));
    ticker_drop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_change_as_long_as_they_are_there),
        cmocka_unit_test(it_goes_on_for_its_last_owner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
