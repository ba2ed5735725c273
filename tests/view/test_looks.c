/* test_looks.c: what cells look like on terminals with all colours, few, or none. */
#include <locale.h>
#include <string.h>

#include "show/preferences.h"
#include "test.h"
#include "view/golden.h"
#include "view/look.h"
#include "view/screen.h"
#include "view/world.h"

/* ---- Depths ---- */

static void the_depth_is_what_the_terminal_has(void **state)
{
    static const struct {
        struct color_abilities abilities;
        enum color_depth depth;
    } rows[] = {
        {{-1, false, false, false}, COLOR_DEPTH_NONE}, /* vt100 */
        {{-1, false, false, true}, COLOR_DEPTH_NONE},
        {{4, false, false, false}, COLOR_DEPTH_NONE},
        {{8, false, false, false}, COLOR_DEPTH_8}, /* xterm, screen */
        {{8, false, true, true}, COLOR_DEPTH_8},   /* linux */
        {{16, false, false, false}, COLOR_DEPTH_16},
        {{88, false, true, true}, COLOR_DEPTH_16},
        {{256, false, false, false}, COLOR_DEPTH_256},
        {{256, false, true, false}, COLOR_DEPTH_256}, /* xterm-256color */
        {{256, false, false, true}, COLOR_DEPTH_256}, /* tmux-256color */
        {{256, false, true, true}, COLOR_DEPTH_PALETTE},
        {{1 << 24, true, false, false}, COLOR_DEPTH_DIRECT}, /* xterm-direct */
        {{1 << 24, true, true, true}, COLOR_DEPTH_DIRECT},
        {{1 << 16, true, false, true}, COLOR_DEPTH_8}, /* xterm-direct16 */
        {{256, true, false, true}, COLOR_DEPTH_8},     /* xterm-direct256 */
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_int_equal(look_depth(&rows[i].abilities), rows[i].depth);
}

static void a_color_of_the_palette_is_nearest_to_itself(void **state)
{
    (void)state;
    for (int number = 16; number < 256; number++)
        assert_int_equal(look_rgb(look_nearest(look_rgb(number))), look_rgb(number));
    assert_int_equal(look_nearest(0x010203), 16);
    assert_int_equal(look_nearest(0x5a0103), 52);
    assert_int_equal(look_nearest(0x101316), 233);
}

/* ---- Cells ---- */

/* The glyph of a partial cell stands for its style, and what it leaves for the other. */
static void partial_cells_show_both_sides(void **state)
{
    static const struct cell first = {.style = STYLE_USED_1, .rest = STYLE_FREE},
                             second = {.style = STYLE_FREE, .rest = STYLE_USED_1};
    struct look looks[STYLES], look;

    (void)state;
    look_make(theme_get(THEME_DARK), COLOR_DEPTH_16, looks);
    look = look_of_cell(looks, &first);
    assert_int_equal(look.colors.ink, looks[STYLE_USED_1].colors.paper);
    assert_int_equal(look.colors.paper, looks[STYLE_FREE].colors.paper);
    for (int depth = COLOR_DEPTH_NONE; depth < COLOR_DEPTHS; depth++) {
        look_make(theme_get(THEME_MONO), (enum color_depth)depth, looks);
        assert_int_equal(look_of_cell(looks, &first).attributes, 0);
        assert_int_equal(look_of_cell(looks, &second).attributes, ATTRIBUTE_REVERSE);
    }
}

/* What the views are about is underlined, and else looks as it did: whole cells and partial
 * ones. */
static void the_focus_is_underlined(void **state)
{
    static const struct cell cells[] = {{.style = STYLE_USED_1, .rest = STYLE_NONE},
                                        {.style = STYLE_FREE, .rest = STYLE_USED_1}};

    (void)state;
    for (unsigned theme = 0; theme < THEMES; theme++) {
        for (size_t i = 0; i < TEST_COUNT(cells) * COLOR_DEPTHS; i++) {
            struct cell cell = cells[i % TEST_COUNT(cells)];
            struct look looks[STYLES], before, after;

            look_make(theme_get(theme), (enum color_depth)(i / TEST_COUNT(cells)), looks);
            before = look_of_cell(looks, &cell);
            cell.is_focus = true;
            after = look_of_cell(looks, &cell);
            assert_memory_equal(&before.colors, &after.colors, sizeof before.colors);
            assert_int_equal(after.attributes, before.attributes + ATTRIBUTE_UNDERLINE);
        }
    }
}

/* ---- Golden screens ---- */

/* The looks on a screen, a letter for each kind of cell: its style, what is
 * beside it, and whether the views are about it. */
struct legend {
    struct cell kinds[52];
    size_t count;
};

static char letter_of(struct legend *legend, const struct cell *cell)
{
    size_t i = 0;

    while (i < legend->count &&
           (legend->kinds[i].style != cell->style || legend->kinds[i].rest != cell->rest ||
            legend->kinds[i].is_focus != cell->is_focus))
        i++;
    if (i == legend->count) {
        assert_true(legend->count < TEST_COUNT(legend->kinds));
        legend->kinds[legend->count++] = *cell;
    }
    return (char)(i < 26 ? 'a' + i : 'A' + (i - 26));
}

static void add_look(const struct look *look, enum color_depth depth, struct text *text)
{
    static const char signs[] = "bdru"; /* enum attribute */

    if (look->colors.ink >= 0 && depth == COLOR_DEPTH_DIRECT)
        text_add(text, " %06x/%06x", (unsigned)look->colors.ink, (unsigned)look->colors.paper);
    else if (look->colors.ink >= 0)
        text_add(text, " %3d/%-3d", look->colors.ink, look->colors.paper);
    else
        text_add(text, " own");
    for (size_t i = 0; i < TEST_COUNT(signs) - 1; i++)
        text_add(text, "%c", look->attributes & 1u << i ? signs[i] : ' ');
}

static void add_legend(const struct legend *legend, unsigned theme, struct text *text)
{
    static const enum color_depth depths[] = {COLOR_DEPTH_DIRECT, COLOR_DEPTH_256, COLOR_DEPTH_16,
                                              COLOR_DEPTH_8, COLOR_DEPTH_NONE};
    struct look looks[STYLES];

    for (size_t i = 0; i < legend->count; i++) {
        text_add(text, "%c", (char)(i < 26 ? 'a' + i : 'A' + (i - 26)));
        for (size_t j = 0; j < TEST_COUNT(depths); j++) {
            struct look look;

            look_make(theme_get(theme), depths[j], looks);
            look = look_of_cell(looks, &legend->kinds[i]);
            add_look(&look, depths[j], text);
        }
        text_add(text, "|\n");
    }
}

/* What the screen "everything-80x24" looks like: a letter for each cell, and what the letters look
 * like with all colours, with 256, 16, 8, and without. */
static void every_theme_is_as_it_was(void **state)
{
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = false};
    struct grid grid = grid_create(24, 80);
    struct outlook outlook = {0};

    (void)state;
    world_tell_of_everything(world);
    outlook.focus = history_place_of_last_step(world->history);
    screen_measure(grid.rows, grid.columns, &world->picture, &options, &outlook);
    world_draw(world, &outlook, &options, &grid);
    for (unsigned theme = 0; theme < THEMES; theme++) {
        struct legend legend = {.count = 0};
        struct text text = {0}, name = {0};

        for (int row = 0; row < grid.rows; row++) {
            for (int column = 0; column < grid.columns; column++)
                text_add(&text, "%c", letter_of(&legend, grid_at(&grid, row, column)));
            text_add(&text, "\n");
        }
        add_legend(&legend, theme, &text);
        text_add(&name, "theme-%s", preference_info(PREFERENCE_THEME)->choices[theme]);
        golden_expect(text_string(&name), &text);
        text_finish(&name);
        text_finish(&text);
    }
    grid_finish(&grid);
    world_end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_depth_is_what_the_terminal_has),
        cmocka_unit_test(a_color_of_the_palette_is_nearest_to_itself),
        cmocka_unit_test(partial_cells_show_both_sides),
        cmocka_unit_test(the_focus_is_underlined),
        cmocka_unit_test(every_theme_is_as_it_was),
    };

    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
