/* test_themes.c: what themes look like where there are all colours, few, or none. */
#include <locale.h>
#include <math.h>
#include <string.h>

#include "session/preferences.h"
#include "target/serve.h"
#include "test.h"
#include "view/changes.h"
#include "view/golden.h"
#include "view/look.h"
#include "view/options.h"
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

/* ---- What colours there are ---- */

/* The sixteen as the Linux console has them, and as xterm. */
static const int palettes[][16] = {
    {0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa, 0x00aaaa, 0xaaaaaa, 0x555555,
     0xff5555, 0x55ff55, 0xffff55, 0x5555ff, 0xff55ff, 0x55ffff, 0xffffff},
    {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f,
     0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff},
};

/* What a look's colours are, as 0xrrggbb. On terminals with eight, bold inks are bright. */
static struct colors rgb_of(const struct look *look, enum color_depth depth, const int palette[16])
{
    struct colors colors = look->colors;

    if (depth == COLOR_DEPTH_DIRECT)
        return colors;
    if (depth >= COLOR_DEPTH_256)
        return (struct colors){look_rgb(colors.ink), look_rgb(colors.paper)};
    if (depth == COLOR_DEPTH_8 && look->attributes & ATTRIBUTE_BOLD)
        colors.ink += 8;
    assert_in_range(colors.paper, 0, depth == COLOR_DEPTH_8 ? 7 : 15);
    return (struct colors){palette[colors.ink], palette[colors.paper]};
}

/* A colour's red, green and blue in linear light, from 0 to 1. */
struct light {
    double parts[3];
};

static struct light light_of(int rgb)
{
    struct light light;

    for (int i = 0; i < 3; i++) {
        double part = (rgb >> (16 - 8 * i) & 0xff) / 255.0;

        light.parts[i] = part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
    }
    return light;
}

/* ---- Contrast ---- */

/* WCAG 2.1: relative luminance, and the contrast of two colours. */
static double luminance(int rgb)
{
    struct light light = light_of(rgb);

    return 0.2126 * light.parts[0] + 0.7152 * light.parts[1] + 0.0722 * light.parts[2];
}

static double contrast(struct colors colors)
{
    double a = luminance(colors.ink) + 0.05, b = luminance(colors.paper) + 0.05;

    return a > b ? a / b : b / a;
}

static bool is_for_text(int style)
{
    return style != STYLE_BORDER && style != STYLE_OUTSIDE && style != STYLE_METER;
}

/* The console's brown, on which black has 4.0, is one of the eight papers. */
static double least_contrast(unsigned theme, enum color_depth depth)
{
    if (depth == COLOR_DEPTH_8)
        return 4;
    return theme == THEME_HIGH_CONTRAST && depth >= COLOR_DEPTH_256 ? 7 : 4.5;
}

static void expect_contrast(unsigned theme, enum color_depth depth, const int palette[16])
{
    struct look looks[STYLES];

    look_make(theme_get(theme), depth, looks);
    for (int style = 0; style < STYLES; style++) {
        double found = contrast(rgb_of(&looks[style], depth, palette));

        if (is_for_text(style) && found < least_contrast(theme, depth))
            fail_msg("theme %u, depth %d, style %d: a contrast of %.1f", theme, (int)depth, style,
                     found);
    }
}

static void text_can_be_read_in_every_theme(void **state)
{
    (void)state;
    for (unsigned theme = 0; theme < THEME_MONO; theme++) {
        for (int depth = COLOR_DEPTH_8; depth < COLOR_DEPTHS; depth++) {
            for (size_t i = 0; i < TEST_COUNT(palettes); i++)
                expect_contrast(theme, (enum color_depth)depth, palettes[i]);
        }
    }
}

/* ---- Kinds of cells ---- */

/* How dichromats see, in linear light: G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, A
 * Physiologically-based Model for Simulation of Color Vision Deficiency, IEEE Transactions on
 * Visualization and Computer Graphics 15(6), 2009, at severity 1. */
static const double visions[][3][3] = {
    /* protanopia */
    {{0.152286, 1.052583, -0.204868},
     {0.114503, 0.786281, 0.099216},
     {-0.003882, -0.048116, 1.051998}},
    /* deuteranopia */
    {{0.367322, 0.860646, -0.227968},
     {0.280085, 0.672501, 0.047413},
     {-0.011820, 0.042940, 0.968881}},
    /* all colours */
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
};

static struct light see(const double vision[3][3], struct light light)
{
    struct light seen = {{0}};

    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            seen.parts[i] += vision[i][j] * light.parts[j];
        seen.parts[i] = fmin(1, fmax(0, seen.parts[i]));
    }
    return seen;
}

/* CIE 1976 L*a*b*, with the white of sRGB. */
static struct light lab_of(struct light light)
{
    static const double xyz[3][3] = {
        {0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}};
    double f[3];

    for (int i = 0; i < 3; i++) {
        double sum = 0, white = 0;

        for (int j = 0; j < 3; j++) {
            sum += xyz[i][j] * light.parts[j];
            white += xyz[i][j];
        }
        sum /= white;
        f[i] = sum > 216.0 / 24389 ? cbrt(sum) : (24389.0 / 27 * sum + 16) / 116;
    }
    return (struct light){{116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])}};
}

/* How far apart two colours are for an eye, by CIE 1976: 2.3 can just be told apart. */
static double distance(const double vision[3][3], int a, int b)
{
    struct light left = lab_of(see(vision, light_of(a))), right = lab_of(see(vision, light_of(b)));
    double sum = 0;

    for (int i = 0; i < 3; i++)
        sum += pow(left.parts[i] - right.parts[i], 2);
    return sqrt(sum);
}

/* The kinds of cells on the map. Header and bookkeeping are both the allocator's own. */
static const enum style kinds[] = {STYLE_USED_1, STYLE_USED_2,    STYLE_USED_3,     STYLE_USED_4,
                                   STYLE_CROWD,  STYLE_FREE,      STYLE_UNREADABLE, STYLE_NEW,
                                   STYLE_FREED,  STYLE_REMAINDER, STYLE_MERGED,     STYLE_HEADER,
                                   STYLE_PADDING};

enum { KINDS = TEST_COUNT(kinds) };

/* Eight papers are too few for all kinds: there, ink and paper together tell them apart. */
static bool differ(const struct look *a, const struct look *b, enum color_depth depth,
                   const double vision[3][3])
{
    enum { LEAST_DISTANCE = 12 };
    struct colors left = rgb_of(a, depth, palettes[0]), right = rgb_of(b, depth, palettes[0]);

    if (depth == COLOR_DEPTH_8)
        return left.ink != right.ink || left.paper != right.paper;
    if (depth == COLOR_DEPTH_16)
        return left.paper != right.paper;
    return distance(vision, left.paper, right.paper) >= LEAST_DISTANCE;
}

static void expect_kinds_differ(unsigned theme, enum color_depth depth, const double vision[3][3])
{
    struct look looks[STYLES];

    look_make(theme_get(theme), depth, looks);
    for (size_t i = 0; i < KINDS; i++) {
        for (size_t j = 0; j < i; j++) {
            if (!differ(&looks[kinds[i]], &looks[kinds[j]], depth, vision))
                fail_msg("theme %u, depth %d: styles %d and %d look alike", theme, (int)depth,
                         (int)kinds[i], (int)kinds[j]);
        }
    }
}

static void kinds_of_cells_can_be_told_apart(void **state)
{
    (void)state;
    for (int depth = COLOR_DEPTH_8; depth < COLOR_DEPTHS; depth++) {
        for (unsigned theme = 0; theme < THEME_MONO; theme++)
            expect_kinds_differ(theme, (enum color_depth)depth, visions[2]);
        expect_kinds_differ(THEME_COLOR_BLIND, (enum color_depth)depth, visions[0]);
        expect_kinds_differ(THEME_COLOR_BLIND, (enum color_depth)depth, visions[1]);
    }
}

/* Exact colours take the place of their nearest ones: two of a theme never want the same. */
static void no_two_colors_want_the_same_place(void **state)
{
    (void)state;
    for (unsigned theme = 0; theme < THEME_MONO; theme++) {
        int wanted[256] = {0};

        for (int i = 0; i < 2 * STYLES; i++) {
            struct colors exact = theme_get(theme)[i / 2].exact;
            int rgb = i % 2 ? exact.ink : exact.paper, *place = &wanted[look_nearest(rgb)];

            if (*place && *place != rgb + 1)
                fail_msg("theme %u: %06x and %06x", theme, (unsigned)*place - 1, (unsigned)rgb);
            *place = rgb + 1;
        }
    }
}

static void used_blocks_are_filled_without_colors(void **state)
{
    (void)state;
    for (unsigned theme = 0; theme < THEMES; theme++) {
        struct look looks[STYLES];

        look_make(theme_get(theme), COLOR_DEPTH_NONE, looks);
        assert_false(looks[STYLE_FREE].attributes & ATTRIBUTE_REVERSE);
        for (int style = STYLE_USED_1; style <= STYLE_CROWD; style++)
            assert_true(looks[style].attributes & ATTRIBUTE_REVERSE);
    }
}

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

/* What the views are about is underlined, and else looks as it did: whole cells and partial ones. */
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

/* Whatever the theme, what is on the map can be told without colours: no two kinds of cells have
 * the same glyph. */
static void kinds_of_cells_have_glyphs_of_their_own(void **state)
{
    static const enum glyph glyphs[] = {GLYPH_FREE,        GLYPH_USED,    GLYPH_MANY,
                                        GLYPH_BOOKKEEPING, GLYPH_HEADER,  GLYPH_FOOTER,
                                        GLYPH_TAGS,        GLYPH_PADDING, GLYPH_UNREADABLE};

    (void)state;
    for (int ascii = 0; ascii < 2; ascii++) {
        struct view_options options = {.ascii = ascii};
        uint32_t seen[TEST_COUNT(glyphs) + CHANGES];
        size_t count = 0;

        for (size_t i = 0; i < TEST_COUNT(glyphs); i++)
            seen[count++] = view_glyph(&options, glyphs[i]);
        for (int change = 0; change < CHANGES; change++)
            seen[count++] = (uint32_t)change_sign((enum change)change);
        for (size_t i = 0; i < count; i++) {
            for (size_t j = 0; j < i; j++)
                assert_int_not_equal(seen[i], seen[j]);
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
    struct session *session = world_begin("first-fit");
    struct view_options options = {.ascii = false};
    struct grid grid = grid_create(24, 80);

    (void)state;
    world_tell_of_everything(session);
    screen_measure(grid.rows, grid.columns, &options, &session->outlook);
    world_draw(session, &options, &grid);
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
    session_destroy(session);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_depth_is_what_the_terminal_has),
        cmocka_unit_test(a_color_of_the_palette_is_nearest_to_itself),
        cmocka_unit_test(text_can_be_read_in_every_theme),
        cmocka_unit_test(kinds_of_cells_can_be_told_apart),
        cmocka_unit_test(no_two_colors_want_the_same_place),
        cmocka_unit_test(used_blocks_are_filled_without_colors),
        cmocka_unit_test(partial_cells_show_both_sides),
        cmocka_unit_test(the_focus_is_underlined),
        cmocka_unit_test(kinds_of_cells_have_glyphs_of_their_own),
        cmocka_unit_test(every_theme_is_as_it_was),
    };

    if (count == 2 && strcmp(arguments[1], EXCHANGE_ARGUMENT) == 0)
        return serve();
    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
