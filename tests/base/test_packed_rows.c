/* test_packed_rows.c: tables of numbers of which each column takes few bits. */
#include "base/packed_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "test.h"

enum { ROWS = 5 * PACKED_ROWS + 77, COLUMNS = 8 };

/* The numbers of a row: one of each kind that there is. */
static void make_row(struct random *random, size_t index, uint64_t *ret_values)
{
    const uint64_t numbers[COLUMNS] = {
        7,                                                         /* always the same */
        index,                                                     /* rising */
        index / 100 * 1000000,                                     /* now and then */
        random_below(random, 5),                                   /* few bits */
        random_below(random, 90) ? 24 : random_next(random) >> 10, /* an exception, now and then */
        random_next(random),                                       /* all bits */
        random_below(random, 2) ? UINT64_MAX : 0,                  /* nothing between */
        UINT64_MAX - random_below(random, 3) * (uint64_t)1000000007, /* far from 0 */
    };

    memcpy(ret_values, numbers, sizeof numbers);
}

static struct packed_rows create(size_t count)
{
    struct packed_rows rows;
    struct random random = {3};
    uint64_t values[COLUMNS];

    packed_rows_begin(&rows, COLUMNS);
    for (size_t i = 0; i < count; i++) {
        make_row(&random, i, values);
        packed_rows_add(&rows, values);
    }
    return rows;
}

static void numbers_are_what_was_added(void **state)
{
    static const size_t counts[] = {1, PACKED_ROWS - 1, PACKED_ROWS, PACKED_ROWS + 1, ROWS};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(counts); i++) {
        struct packed_rows rows = create(counts[i]);
        struct random random = {3};
        uint64_t values[COLUMNS];

        assert_int_equal(rows.count, counts[i]);
        for (size_t row = 0; row < counts[i]; row++) {
            make_row(&random, row, values);
            for (unsigned column = 0; column < COLUMNS; column++)
                assert_int_equal(packed_rows_get(&rows, row, column), values[column]);
        }
        packed_rows_finish(&rows);
    }
}

static void columns_are_read_as_they_are_asked_for_one_by_one(void **state)
{
    struct packed_rows rows = create(ROWS);
    uint64_t values[PACKED_ROWS];

    (void)state;
    for (size_t first = 0; first < ROWS; first += PACKED_ROWS) {
        for (unsigned column = 0; column < COLUMNS; column++) {
            packed_rows_read(&rows, first, column, values);
            for (size_t i = 0; i < PACKED_ROWS && first + i < ROWS; i++)
                assert_int_equal(values[i], packed_rows_get(&rows, first + i, column));
        }
    }
    packed_rows_finish(&rows);
}

/* What there is of a row is what was added, or, of one that was let go, nothing. */
static void expect_row(const struct packed_rows *rows, size_t index, const uint64_t *values,
                       bool is_there)
{
    for (unsigned column = 0; column < COLUMNS; column++)
        assert_int_equal(packed_rows_get(rows, index, column), is_there ? values[column] : 0);
}

static bool is_elder(size_t index, size_t apart)
{
    return apart > 0 && index % apart == 0;
}

/* The first rows go, but for each of some; then more; and rows are added meanwhile. */
static void the_first_rows_go_but_for_those_that_are_kept(void **state)
{
    static const struct {
        size_t first, apart, gone;
    } cuts[] = {
        {2 * PACKED_ROWS - 1, 7, PACKED_ROWS},
        {3 * PACKED_ROWS, 21, 3 * PACKED_ROWS},
        {2 * PACKED_ROWS, 21, 3 * PACKED_ROWS},    /* already */
        {4 * PACKED_ROWS + 5, 3, 4 * PACKED_ROWS}, /* and some that are not there any more */
        {5 * PACKED_ROWS + 3, 0, 5 * PACKED_ROWS}};
    const struct progress nobody = {0};
    struct packed_rows rows = create(ROWS);
    size_t *indices = calloc(ROWS, sizeof indices[0]), bytes = packed_rows_bytes(&rows);
    bool *is_gone = calloc(ROWS, sizeof is_gone[0]);

    (void)state;
    for (size_t cut = 0; cut < TEST_COUNT(cuts); cut++) {
        struct random random = {3};
        uint64_t values[COLUMNS], column[PACKED_ROWS];
        size_t count = 0;

        for (size_t i = 0; i < ROWS; i++)
            if (is_elder(i, cuts[cut].apart))
                indices[count++] = i;
        packed_rows_let_go(&rows, cuts[cut].first, indices, count, &nobody);
        assert_int_equal(rows.gone, cuts[cut].gone / PACKED_ROWS);
        for (size_t i = 0; i < ROWS; i++) {
            make_row(&random, i, values);
            is_gone[i] |= i < cuts[cut].gone && !is_elder(i, cuts[cut].apart);
            expect_row(&rows, i, values, !is_gone[i]);
        }
        packed_rows_read(&rows, 0, 1, column);
        assert_int_equal(column[PACKED_ROWS - 1], 0);
        for (size_t i = 0; i < 2 * PACKED_ROWS; i++)
            packed_rows_add(&rows, values);
        expect_row(&rows, rows.count - 1, values, true);
    }
    assert_true(packed_rows_bytes(&rows) < 2 * bytes);
    free(indices);
    free(is_gone);
    packed_rows_finish(&rows);
}

/* The first rows, wherever they end; and the copy goes on by itself. */
static void a_copy_has_the_first_rows(void **state)
{
    static const size_t counts[] = {0, 1, PACKED_ROWS, 2 * PACKED_ROWS + 3, ROWS - 1, ROWS};
    struct packed_rows rows = create(ROWS);

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(counts); i++) {
        struct packed_rows copy = packed_rows_copy(&rows, counts[i], UINT64_MAX);
        struct random random = {3};
        uint64_t values[COLUMNS];

        assert_int_equal(copy.count, counts[i]);
        for (size_t row = 0; row < ROWS; row++) {
            make_row(&random, row, values);
            if (row >= counts[i])
                packed_rows_add(&copy, values);
        }
        random = (struct random){3};
        for (size_t row = 0; row < ROWS; row++) {
            make_row(&random, row, values);
            expect_row(&copy, row, values, true);
        }
        packed_rows_finish(&copy);
    }
    packed_rows_finish(&rows);
}

/* Of each width that there can be, with the largest number of it, which looks like an exception. */
static void numbers_of_any_width_are_kept(void **state)
{
    (void)state;
    for (unsigned width = 1; width <= 64; width++) {
        uint64_t most = UINT64_MAX >> (64 - width);
        struct packed_rows rows;

        packed_rows_begin(&rows, 1);
        for (size_t i = 0; i < PACKED_ROWS; i++)
            packed_rows_add(&rows, &(uint64_t){i % 3 == 0 ? most : most / (i + 1)});
        for (size_t i = 0; i < PACKED_ROWS; i++)
            assert_int_equal(packed_rows_get(&rows, i, 0), i % 3 == 0 ? most : most / (i + 1));
        packed_rows_finish(&rows);
    }
}

/* A number that needs many bits costs those beside it none. */
static void what_is_rare_takes_room_of_its_own(void **state)
{
    struct packed_rows rows;
    size_t bytes;

    (void)state;
    packed_rows_begin(&rows, 1);
    bytes = packed_rows_bytes(&rows);
    for (size_t i = 0; i < PACKED_ROWS; i++)
        packed_rows_add(&rows, &(uint64_t){i == 100 ? (uint64_t)1 << 40 : i % 4});
    assert_in_range(packed_rows_bytes(&rows) - bytes, 1, PACKED_ROWS);
    packed_rows_finish(&rows);
}

static void rows_outgrow_memory(void **state)
{
    struct packed_rows rows;

    (void)state;
    packed_rows_begin(&rows, 1);
    for (size_t i = 0; i < ROWS; i++) {
        if (i % PACKED_ROWS == 0)
            assert_true(packed_rows_reserve(&rows, PACKED_ROWS, 1));
        packed_rows_add(&rows, &(uint64_t){i * i});
    }
    for (size_t i = 0; i < ROWS; i++)
        assert_int_equal(packed_rows_get(&rows, i, 0), i * i);
    packed_rows_finish(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_what_was_added),
        cmocka_unit_test(columns_are_read_as_they_are_asked_for_one_by_one),
        cmocka_unit_test(the_first_rows_go_but_for_those_that_are_kept),
        cmocka_unit_test(a_copy_has_the_first_rows),
        cmocka_unit_test(numbers_of_any_width_are_kept),
        cmocka_unit_test(what_is_rare_takes_room_of_its_own),
        cmocka_unit_test(rows_outgrow_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
