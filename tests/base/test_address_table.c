/* test_address_table.c: which number has the block of a key, against a plain array. */
#include <stdlib.h>

#include "base/address_table.h"
#include "base/bits.h"
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

/* Addresses all over, of which some are beside each other in the table. */
static uint64_t nth(size_t number)
{
    return bits_mix(number + 1) | 1;
}

/* Blocks that move into a larger table are there all along, whatever is added and taken. */
static void a_table_that_grows_loses_nothing(void **state)
{
    static bool is_there[ROUNDS];
    struct address_table table = {0};
    unsigned seed = 8;
    size_t moving = 0;

    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        size_t other = (size_t)rand_r(&seed) % (round + 1);

        address_table_add(&table, nth(round), round, 1);
        is_there[round] = true;
        if (round % 3 == 0) {
            assert_int_equal(address_table_take(&table, nth(other), NULL), is_there[other]);
            is_there[other] = false;
        }
        other = (size_t)rand_r(&seed) % (round + 1);
        assert_int_equal(address_table_find(&table, nth(other)) != NULL, is_there[other]);
        moving += table.old.capacity > 0;
    }
    assert_true(moving > 0);
    for (size_t at = 0; at < ROUNDS; at++)
        assert_int_equal(address_table_take(&table, nth(at), NULL), is_there[at]);
    assert_int_equal(table.count, 0);
    address_table_finish(&table);
}

/* How many slots from one on are in use. */
static size_t count_used(const struct address_slots *slots, size_t from)
{
    size_t used = 0;

    for (; from < slots->capacity; from++)
        used += slots->entries[from].key != 0;
    return used;
}

/* The system need not make all memory of a larger table at once. */
static void a_table_that_grows_is_written_from_its_beginning_on(void **state)
{
    struct address_table table = {0};
    size_t halfway = 0;

    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        address_table_add(&table, nth(round), round, 1);
        if (table.moving.seen < table.old.capacity / 2) {
            assert_int_equal(count_used(&table.slots, table.slots.capacity / 4 * 3), 0);
            halfway++;
        }
    }
    assert_true(halfway > 0);
    address_table_finish(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_found_until_they_are_taken),
        cmocka_unit_test(a_table_that_grows_loses_nothing),
        cmocka_unit_test(a_table_that_grows_is_written_from_its_beginning_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
