/* test_curve.c: the orders of a map's cells. */
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "view/curve.h"

enum { SIDE_MOST = 64 };

/* Every place is that of one cell, which is found again there. */
static void expect_one_to_one(const struct curve *curve)
{
    bool is_taken[SIDE_MOST][SIDE_MOST] = {{false}};

    for (size_t cell = 0; cell < (size_t)curve->columns * (size_t)curve->rows; cell++) {
        struct place place = curve_place(curve, cell);

        assert_in_range(place.column, 0, curve->columns - 1);
        assert_in_range(place.row, 0, curve->rows - 1);
        assert_false(is_taken[place.row][place.column]);
        is_taken[place.row][place.column] = true;
        assert_int_equal(curve_cell(curve, place), cell);
    }
}

static void each_cell_has_a_place_of_its_own(void **state)
{
    static const int sides[] = {1, 2, 3, 4, 5, 7, 8, 13, 16, 31, 40, 63};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(sides) * TEST_COUNT(sides); i++) {
        int columns = sides[i / TEST_COUNT(sides)], rows = sides[i % TEST_COUNT(sides)];

        for (int is_hilbert = 0; is_hilbert < 2; is_hilbert++) {
            struct curve curve = curve_create(is_hilbert, columns, rows);

            expect_one_to_one(&curve);
            curve_finish(&curve);
        }
    }
}

/* How many steps along the curve are diagonal. Fails if one goes further. */
static int diagonal_steps(const struct curve *curve)
{
    struct place before = curve_place(curve, 0);
    int count = 0;

    for (size_t cell = 1; cell < (size_t)curve->columns * (size_t)curve->rows; cell++) {
        struct place place = curve_place(curve, cell);
        int right = abs(place.column - before.column), down = abs(place.row - before.row);

        if (right > 1 || down > 1)
            fail_msg("%dx%d: cell %zu is not beside the one before it", curve->columns, curve->rows,
                     cell);
        count += right == 1 && down == 1;
        before = place;
    }
    return count;
}

static void cells_lie_beside_those_before_them(void **state)
{
    (void)state;
    for (int columns = 1; columns <= SIDE_MOST; columns++) {
        for (int rows = 1; rows <= SIDE_MOST; rows++) {
            struct curve curve = curve_create(true, columns, rows);
            int longer = columns > rows ? columns : rows;

            if (diagonal_steps(&curve) > (longer % 2 ? 1 : 0))
                fail_msg("%dx%d: %d diagonal steps", columns, rows, diagonal_steps(&curve));
            curve_finish(&curve);
        }
    }
}

/* As many cells in a row as a panel is wide lie in a patch no wider than a few of its rows. */
static void neighbours_are_a_compact_patch(void **state)
{
    enum { COLUMNS = 60, ROWS = 12 };
    struct curve curve = curve_create(true, COLUMNS, ROWS);

    (void)state;
    for (size_t first = 0; first + COLUMNS <= (size_t)COLUMNS * ROWS; first++) {
        int left = COLUMNS, right = 0;

        for (size_t cell = first; cell < first + COLUMNS; cell++) {
            int column = curve_place(&curve, cell).column;

            left = column < left ? column : left;
            right = column > right ? column : right;
        }
        assert_true(right - left < 2 * ROWS);
    }
    curve_finish(&curve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cell_has_a_place_of_its_own),
        cmocka_unit_test(cells_lie_beside_those_before_them),
        cmocka_unit_test(neighbours_are_a_compact_patch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
