/* test_outlook.c: windows of a map: zooming and panning keep them within the heap. */
#include "show/outlook.h"

#include "test.h"

enum { CELLS = 100 };

static const struct map_room line = {1, CELLS, false};

static const uint64_t size = 1000000;

static struct window window_of(const struct outlook *outlook)
{
    return outlook_window(outlook, size, line);
}

static void all_of_the_heap_is_shown_at_first(void **state)
{
    struct outlook outlook = {.room = {1, CELLS, false}};
    struct window window = window_of(&outlook);

    (void)state;
    assert_int_equal(window.low, 0);
    assert_int_equal(window.high, size);
    assert_int_equal(window.cell_bytes, 12288); /* 8192 would need 123 cells */
    assert_int_equal(window.cells, 82);
    assert_false(outlook_is_zoomed(&outlook, size, line));
}

static void a_range_is_shown_as_large_as_it_can_be(void **state)
{
    static const struct {
        uint64_t low, size, cell_bytes;
    } rows[] = {
        {0, 16, 1},
        {500000, 1, 1},
        {500000, 94, 1},
        {500000, 95, 2},
        {500000, 98 * 8, 8},
        {500000, 98 * 8 + 1, 16},
        {500000, 98 * 16, 16},
        {500000, 98 * 16 + 1, 32},
        {999999, 1, 1},
        {0, 1000000, 12288},
        {300000, 98 * 4096, 4096},
        {999000, 5000000, 16},
        {999000, 1500000, 16},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct outlook outlook = {.room = {1, CELLS, false}};
        struct window window;
        uint64_t end = rows[i].low + rows[i].size;

        outlook_zoom_range(&outlook, size, rows[i].low, rows[i].size);
        window = window_of(&outlook);
        assert_int_equal(window.cell_bytes, rows[i].cell_bytes);
        assert_true(window.low <= rows[i].low);
        assert_true(window.high >= (end < size ? end : size));
        assert_true(window.high <= size);
        assert_true(window.cells <= CELLS);
    }
}

/* A block that has room in one row of a map is as wide there as it can be, and begins the row. */
static void a_small_block_takes_its_row(void **state)
{
    struct outlook outlook = {.room = {6, 80, false}};
    struct window window;

    (void)state;
    outlook_zoom_range(&outlook, size, 500032, 32);
    window = outlook_window(&outlook, size, outlook.room);
    assert_int_equal(window.cell_bytes, 1);
    assert_int_equal(window.cell_columns, 2);
    assert_true(window.cell_rows > 1);
    assert_int_equal((500032 - window.low) % (uint64_t)window.row_cells, 0);
}

/* Zoomed in on again, it takes all the rows that there are. */
static void a_range_that_is_shown_enlarges_while_it_has_room(void **state)
{
    struct outlook outlook = {.room = {2, 64, false}};

    (void)state;
    outlook_zoom_range(&outlook, 4096, 1024, 32);
    assert_int_equal(outlook.cell_columns, 2);
    outlook_zoom_range(&outlook, 4096, 1024, 32);
    assert_int_equal(outlook.cell_columns, 4);
    assert_int_equal(outlook.low, 1024);
}

/* In by steps to the finest scale, and out again to all of it; the focus stays on the map. */
static void steps_go_all_the_way(void **state)
{
    struct outlook outlook = {.room = {1, CELLS, false}, .focus = 777777};
    int steps = 0;

    (void)state;
    while (window_of(&outlook).cell_columns < MOST_CELL_COLUMNS) {
        struct window before = window_of(&outlook), window;

        outlook_zoom_step(&outlook, size, 1);
        window = window_of(&outlook);
        assert_true(window.cell_bytes < before.cell_bytes ||
                    window.cell_columns > before.cell_columns);
        assert_true(2 * window.cell_bytes + 16 >= before.cell_bytes);
        assert_true(window.low <= outlook.focus && outlook.focus < window.high);
        assert_true(++steps < 20);
    }
    outlook_zoom_step(&outlook, size, 1); /* there is no finer one */
    assert_int_equal(window_of(&outlook).cell_columns, MOST_CELL_COLUMNS);
    while (outlook_is_zoomed(&outlook, size, line)) {
        outlook_zoom_step(&outlook, size, -1);
        assert_true(--steps >= 0);
    }
    assert_int_equal(window_of(&outlook).high, size);
}

static void panning_comes_to_both_ends(void **state)
{
    struct outlook outlook = {.room = {1, CELLS, false}};

    (void)state;
    outlook_zoom_range(&outlook, size, 500000, 40000);
    for (int i = 0; i < 100; i++)
        outlook_pan(&outlook, size, 1);
    assert_int_equal(window_of(&outlook).high, size);
    for (int i = 0; i < 100; i++)
        outlook_pan(&outlook, size, -1);
    assert_int_equal(window_of(&outlook).low, 0);
    assert_true(outlook_is_zoomed(&outlook, size, line));
}

static void a_zoomed_map_follows_the_focus(void **state)
{
    struct outlook outlook = {.room = {1, CELLS, false}};
    struct window before, window;

    (void)state;
    outlook_zoom_range(&outlook, size, 500000, 1000);
    before = window_of(&outlook);
    outlook_look_at(&outlook, size, before.low + 3);
    assert_int_equal(window_of(&outlook).low, before.low);
    outlook_look_at(&outlook, size, 10);
    window = window_of(&outlook);
    assert_int_equal(window.low, 0);
    assert_int_equal(window.cell_bytes, before.cell_bytes);
}

/* A heap that has shrunk below what was zoomed in on. */
static void a_window_stays_below_the_break(void **state)
{
    struct outlook outlook = {.room = {1, CELLS, false}};

    (void)state;
    outlook_zoom_range(&outlook, size, 900000, 1000);
    for (uint64_t heap = 1; heap < size; heap += 1 + heap / 3) {
        struct window window = outlook_window(&outlook, heap, line);

        assert_true(window.low < window.high && window.high <= heap);
        assert_true(window.cells > 0 && window.cells <= CELLS);
        outlook_look_at(&outlook, heap, 900000);
        outlook_zoom_step(&(struct outlook){.room = {1, CELLS, false}, .focus = 900000}, heap, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_the_heap_is_shown_at_first),
        cmocka_unit_test(a_range_is_shown_as_large_as_it_can_be),
        cmocka_unit_test(a_small_block_takes_its_row),
        cmocka_unit_test(a_range_that_is_shown_enlarges_while_it_has_room),
        cmocka_unit_test(steps_go_all_the_way),
        cmocka_unit_test(panning_comes_to_both_ends),
        cmocka_unit_test(a_zoomed_map_follows_the_focus),
        cmocka_unit_test(a_window_stays_below_the_break),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
