/* test_address_table.c: which number has the block of a key, against a plain array. */
#include <stdlib.h>

#include "base/address_table.h"
#include "test.h"

enum { ADDRESSES = 5000, ROUNDS = 200000, GRAIN = 16 };

static void blocks_are_found_until_they_are_taken(void **state)
{
    static uint32_t numbers[ADDRESSES]; /* 1 + that of the block there; 0 for none */
    struct address_table table = {0};
    struct address_entry block;
    unsigned seed = 7;
    size_t count = 0;

    (void)state;
    for (uint32_t round = 1; round < ROUNDS; round++) {
        size_t at = (size_t)rand_r(&seed) % ADDRESSES;
        const struct address_entry *found = address_table_find(&table, 1 + at * GRAIN);
        bool is_there = address_table_take(&table, 1 + at * GRAIN, &block);

        assert_int_equal(is_there, numbers[at] != 0);
        assert_int_equal(found != NULL, is_there);
        if (is_there) {
            assert_int_equal(block.number, numbers[at] - 1);
            assert_int_equal(block.size, at + 1);
            numbers[at] = 0;
            count--;
        } else {
            address_table_add(&table, 1 + at * GRAIN, round, at + 1);
            numbers[at] = round + 1;
            count++;
        }
        assert_int_equal(table.count, count);
    }
    for (size_t at = 0; at < ADDRESSES; at++)
        assert_int_equal(address_table_take(&table, 1 + at * GRAIN, &block), numbers[at] != 0);
    assert_int_equal(table.count, 0);
    address_table_finish(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_found_until_they_are_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
