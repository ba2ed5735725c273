/* test_bits.c: numbers in fewer bits than they have. */
#include "base/bits.h"

#include "test.h"

static void rough_numbers_are_rounded_up_by_little(void **state)
{
    uint16_t last = 0;

    (void)state;
    for (uint64_t number = 0; number < (uint64_t)1 << 33; number += 1 + number / 1000) {
        uint16_t rough = bits_rough(number);
        uint64_t value = bits_from_rough(rough);

        assert_true(value >= number);
        assert_true(value - number <= number >> BITS_ROUGH);
        assert_true(rough >= last);
        assert_int_equal(bits_rough(value), rough);
        last = rough;
    }
}

static void small_numbers_are_not_rough(void **state)
{
    (void)state;
    for (uint64_t number = 0; number <= 2u << BITS_ROUGH; number++)
        assert_int_equal(bits_from_rough(bits_rough(number)), number);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rough_numbers_are_rounded_up_by_little),
        cmocka_unit_test(small_numbers_are_not_rough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
