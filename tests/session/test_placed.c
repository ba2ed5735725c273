/* test_placed.c: which variable has the block at an offset, against a plain array. */
#include <stdlib.h>

#include "session/placed.h"
#include "test.h"

enum { OFFSETS = 5000, ROUNDS = 200000, GRAIN = 16 };

static void blocks_are_found_until_they_are_taken(void **state)
{
    static uint32_t places[OFFSETS]; /* 1 + that of the block at the offset; 0 for none */
    struct placed placed = {0};
    struct placed_block block;
    unsigned seed = 7;
    size_t count = 0;

    (void)state;
    for (uint32_t round = 1; round < ROUNDS; round++) {
        size_t at = (size_t)rand_r(&seed) % OFFSETS;
        bool is_there = placed_take(&placed, at * GRAIN, &block);

        assert_int_equal(is_there, places[at] != 0);
        if (is_there) {
            assert_int_equal(block.place, places[at] - 1);
            assert_int_equal(block.size, at + 1);
            places[at] = 0;
            count--;
        } else {
            placed_add(&placed, at * GRAIN, round, at + 1);
            places[at] = round + 1;
            count++;
        }
        assert_int_equal(placed.count, count);
    }
    for (size_t at = 0; at < OFFSETS; at++)
        assert_int_equal(placed_take(&placed, at * GRAIN, &block), places[at] != 0);
    assert_int_equal(placed.count, 0);
    placed_finish(&placed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_found_until_they_are_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
