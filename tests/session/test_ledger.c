/* test_ledger.c: what is entered is found, what is removed is not, also where hashes collide. */
#include "session/ledger.h"

#include "base/bits.h"
#include "base/random.h"
#include "test.h"

enum { PAYLOADS = 300, MANY_PAYLOADS = 20000, ROUNDS = 200000 };

/* Enter and remove by chance, in a ledger that has room for so many at first. */
static void check_entries(size_t reserved)
{
    struct random random = {.state = 3};
    uint64_t known[PAYLOADS] = {0}; /* requested + 1; 0 for one that is not there */
    struct ledger ledger = {0};
    size_t count = 0;

    if (reserved > 0)
        ledger_reserve(&ledger, reserved);
    for (int round = 0; round < ROUNDS; round++) {
        size_t i = random_below(&random, PAYLOADS);
        uint64_t payload = i * 16, size = random_below(&random, 1000);
        const struct allocation *found = ledger_find(&ledger, payload);

        assert_int_equal(found ? found->requested + 1 : 0, known[i]);
        if (random_below(&random, 2)) {
            count += known[i] == 0;
            found = ledger_enter(
                &ledger, &(struct allocation){.payload = payload, .requested = size, .born = 1});
            assert_int_equal(found->requested, size);
            known[i] = size + 1;
        } else {
            count -= known[i] != 0;
            ledger_remove(&ledger, payload);
            known[i] = 0;
        }
        assert_int_equal(ledger.count, count);
    }
    ledger_finish(&ledger);
}

static void the_ledger_is_what_was_entered(void **state)
{
    (void)state;
    check_entries(0);
    check_entries(PAYLOADS / 4);
    check_entries(2 * PAYLOADS);
}

static void a_copy_has_all_entries_and_is_its_own(void **state)
{
    struct ledger ledger = {0}, copy;
    const struct allocation *entry;
    size_t place = 0;
    uint64_t sum = 0;

    (void)state;
    for (uint64_t i = 1; i <= PAYLOADS; i++)
        ledger_enter(&ledger, &(struct allocation){.payload = i, .requested = i, .born = 1});
    copy = ledger_copy(&ledger);
    ledger_remove(&ledger, 7);
    assert_null(ledger_find(&ledger, 7));
    assert_non_null(ledger_find(&copy, 7));
    while ((entry = ledger_next(&copy, &place)))
        sum += entry->requested;
    assert_int_equal(sum, PAYLOADS * (PAYLOADS + 1) / 2);
    ledger_finish(&ledger);
    ledger_finish(&copy);
    copy = ledger_copy(&ledger); /* of an empty one */
    assert_null(ledger_find(&copy, 7));
    ledger_finish(&copy);
}

/* Entries that move into a larger table are there all along, each once, whatever is done. */
static void a_ledger_that_grows_loses_nothing(void **state)
{
    static uint64_t known[MANY_PAYLOADS];
    struct random random = {.state = 4};
    struct ledger ledger = {0};

    (void)state;
    for (uint64_t i = 0; i < MANY_PAYLOADS; i++) {
        uint64_t other = random_below(&random, i + 1), sum = 0, expected = 0;

        ledger_enter(&ledger, &(struct allocation){
                                  .payload = i * 16, .requested = i, .born = 1, .lost_in = i % 2});
        known[i] = i + 1;
        if (i % 3 == 0) {
            ledger_remove(&ledger, other * 16);
            known[other] = 0;
        }
        other = random_below(&random, i + 1);
        assert_true((ledger_find(&ledger, other * 16) != NULL) == (known[other] > 0));
        if (i % 997 == 0) {
            const struct allocation *entry;
            size_t place = 0, lost = 0, count = 0;

            for (; (entry = ledger_next(&ledger, &place)); count++) {
                sum += bits_mix(entry->requested);
                lost += entry->lost_in > 0;
            }
            for (uint64_t j = 0; j <= i; j++)
                expected += known[j] > 0 ? bits_mix(j) : 0;
            assert_int_equal(sum, expected);
            assert_int_equal(ledger.count, count);
            assert_int_equal(ledger.lost, lost);
        }
    }
    ledger_finish(&ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ledger_is_what_was_entered),
        cmocka_unit_test(a_copy_has_all_entries_and_is_its_own),
        cmocka_unit_test(a_ledger_that_grows_loses_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
