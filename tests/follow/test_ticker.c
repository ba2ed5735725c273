/* test_ticker.c: a word in memory that changes as time goes by. */
#include <time.h>

#include "follow/ticker.h"
#include "test.h"

struct word {
    uint32_t value;
    uint64_t looks;
};

static void add(struct ticker *ticker, struct word *word)
{
    ticker_add(ticker, &word->value, &word->looks);
}

static uint32_t value_of(const struct word *word)
{
    return __atomic_load_n(&word->value, __ATOMIC_ACQUIRE);
}

/* Look at a word until it has another value, for some seconds at most. */
static bool changes(struct word *word)
{
    static const struct timespec pause = {.tv_nsec = 1000000};
    uint32_t before = value_of(word);

    for (int tries = 0; tries < 10000; tries++) {
        __atomic_fetch_add(&word->looks, 1, __ATOMIC_RELEASE);
        if (value_of(word) != before)
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

static void words_change_as_long_as_they_are_there(void **state)
{
    struct ticker *ticker = ticker_create();
    struct word first = {0}, second = {0};
    uint32_t last;

    (void)state;
    assert_non_null(ticker);
    add(ticker, &first);
    assert_true(changes(&first));
    add(ticker, &second);
    assert_true(changes(&second));
    assert_int_equal(value_of(&second) % 2, 0);
    ticker_remove(ticker, &first.value);
    ticker_remove(ticker, &first.value); /* it is not there */
    last = first.value;
    assert_true(changes(&second));
    assert_int_equal(first.value, last);
    ticker_drop(ticker);
}

/* It is due as long as nobody has looked: a program that makes no calls costs nothing. */
static void a_word_waits_until_it_is_looked_at(void **state)
{
    struct ticker *ticker = ticker_create();
    struct word idle = {0}, busy = {0};

    (void)state;
    add(ticker, &idle);
    add(ticker, &busy);
    for (int i = 0; i < 5; i++)
        assert_true(changes(&busy));
    assert_int_equal(value_of(&idle), 2);
    assert_true(changes(&idle));
    ticker_drop(ticker);
}

/* A guest that is a child may outlive the first. */
static void it_goes_on_for_its_last_owner(void **state)
{
    struct ticker *ticker = ticker_create(), *shared = ticker_share(ticker);
    struct word word = {0};

    (void)state;
    add(ticker, &word);
    ticker_drop(ticker);
    assert_true(changes(&word));
    ticker_remove(shared, &word.value);
    ticker_drop(shared);
    assert_null(ticker_share(NULL));
    ticker_drop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_change_as_long_as_they_are_there),
        cmocka_unit_test(a_word_waits_until_it_is_looked_at),
        cmocka_unit_test(it_goes_on_for_its_last_owner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
