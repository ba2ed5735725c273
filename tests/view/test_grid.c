/* test_grid.c: text on a grid: widths, breaks, borders. */
#include <locale.h>
#include <string.h>

#include "test.h"
#include "view/grid.h"

static void expect_row(const struct grid *grid, int row, const char *expected)
{
    struct text text = {0};

    grid_add_row(grid, row, &text);
    assert_string_equal(text_string(&text), expected);
    text_finish(&text);
}

static void text_is_cut_at_its_columns(void **state)
{
    struct grid grid = grid_create(1, 10);

    (void)state;
    assert_int_equal(grid_text(&grid, 0, 0, 5, STYLE_PLAIN, "abcdefgh"), 5);
    expect_row(&grid, 0, "abcde");
    assert_int_equal(grid_text(&grid, 0, 7, 100, STYLE_PLAIN, "xyzuvw"), 6); /* beyond the grid */
    expect_row(&grid, 0, "abcde  xyz");
    grid_text(&grid, 5, 0, 5, STYLE_PLAIN, "nothing");
    grid_text(&grid, -1, 0, 5, STYLE_PLAIN, "nothing");
    grid_finish(&grid);
}

static void wide_and_combining_characters_take_their_columns(void **state)
{
    struct grid grid = grid_create(1, 10);

    (void)state;
    assert_int_equal(grid_text(&grid, 0, 0, 10, STYLE_PLAIN, "日本e\u0301x"), 6);
    assert_int_equal(grid_at(&grid, 0, 1)->glyph, 0);
    assert_int_equal(grid_at(&grid, 0, 4)->mark, 0x301);
    assert_int_equal(grid_at(&grid, 0, 5)->glyph, 'x');
    expect_row(&grid, 0, "日本e\u0301x");
    grid_fill(&grid, grid_area(&grid), ' ', STYLE_PLAIN);
    assert_int_equal(grid_text(&grid, 0, 0, 3, STYLE_PLAIN, "日本"), 2); /* no half character */
    expect_row(&grid, 0, "日");
    grid_finish(&grid);
}

static void what_cannot_be_shown_is_replaced(void **state)
{
    struct grid grid = grid_create(1, 10);

    (void)state;
    grid_text(&grid, 0, 0, 10, STYLE_PLAIN,
              "a\tb\x1b"
              "c\xff"
              "d");
    expect_row(&grid, 0, "a b c\uFFFDd");
    grid_finish(&grid);
}

static void lines_break_between_words(void **state)
{
    struct grid grid = grid_create(6, 12);

    (void)state;
    assert_int_equal(grid_wrap(&grid, grid_area(&grid), STYLE_PLAIN,
                               "the quick brown fox\n  indented\nincomprehensibilities"),
                     5);
    expect_row(&grid, 0, "the quick");
    expect_row(&grid, 1, "brown fox");
    expect_row(&grid, 2, "  indented");
    expect_row(&grid, 3, "incomprehens");
    expect_row(&grid, 4, "ibilities");
    grid_finish(&grid);
}

static void the_rest_of_a_line_goes_below_its_second_part(void **state)
{
    struct text broken = {0};

    (void)state;
    grid_break_lines("aaa bbb ccc\nd", 7, &broken);
    assert_string_equal(text_string(&broken), "aaa bbb\nccc\nd");
    text_clear(&broken);
    grid_break_lines("  free NAME  give back what NAME holds\n\nend", 24, &broken);
    assert_string_equal(
        text_string(&broken),
        "  free NAME  give back\n             what NAME\n             holds\n\nend");
    text_clear(&broken);
    grid_break_lines("  realloc NAME    change its size", 20, &broken);
    assert_string_equal(text_string(&broken), "  realloc NAME\n    change its size");
    text_clear(&broken);
    grid_break_lines("     set in\n     so is what follows", 14, &broken);
    assert_string_equal(text_string(&broken), "     set in\n     so is\n     what\n     follows");
    text_finish(&broken);
}

static void what_is_too_long_ends_in_an_ellipsis(void **state)
{
    struct grid grid = grid_create(1, 10);

    (void)state;
    assert_int_equal(grid_text_elided(&grid, 0, 0, 5, STYLE_PLAIN, "abcde", '~'), 5);
    expect_row(&grid, 0, "abcde");
    assert_int_equal(grid_text_elided(&grid, 0, 0, 4, STYLE_PLAIN, "abcde", '~'), 4);
    expect_row(&grid, 0, "abc~e");
    assert_int_equal(grid_text_elided(&grid, 0, 0, 4, STYLE_PLAIN, "日日日", '~'), 3);
    expect_row(&grid, 0, "日~~e");
    grid_finish(&grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cut_at_its_columns),
        cmocka_unit_test(wide_and_combining_characters_take_their_columns),
        cmocka_unit_test(what_cannot_be_shown_is_replaced),
        cmocka_unit_test(lines_break_between_words),
        cmocka_unit_test(the_rest_of_a_line_goes_below_its_second_part),
        cmocka_unit_test(what_is_too_long_ends_in_an_ellipsis),
    };

    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
