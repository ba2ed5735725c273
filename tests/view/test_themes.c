/* test_themes.c: whatever the theme and the colours there are, text can be read, and what differs
 * can be told. */
#include <math.h>

#include "show/preferences.h"
#include "test.h"
#include "view/changes.h"
#include "view/look.h"
#include "view/options.h"

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

/* The kinds of cells on the map. */
static const enum style kinds[] = {
    STYLE_USED_1, STYLE_USED_2,  STYLE_USED_3,      STYLE_USED_4,     STYLE_CROWD,  STYLE_FREE,
    STYLE_NEW,    STYLE_FREED,   STYLE_REMAINDER,   STYLE_MERGED,     STYLE_HEADER, STYLE_PADDING,
    STYLE_LEAKED, STYLE_DAMAGED, STYLE_BOOKKEEPING, STYLE_UNREADABLE,
};

enum { KINDS = TEST_COUNT(kinds) };

/* What is wrong with a block is told by its ink where papers are few. */
static bool is_alarm(enum style style)
{
    return style == STYLE_LEAKED || style == STYLE_DAMAGED || style == STYLE_UNREADABLE;
}

static bool is_used(enum style style)
{
    return style >= STYLE_USED_1 && style <= STYLE_USED_4;
}

enum { TOLD = 12, TOLD_AT_A_GLANCE = 25 };

/* How far apart two kinds must be: those that lessons turn on at a glance. */
static double least_distance(enum style a, enum style b)
{
    bool at_a_glance =
        (a == STYLE_PADDING && b == STYLE_NEW) || (a == STYLE_PADDING && b == STYLE_HEADER) ||
        (a == STYLE_HEADER && b == STYLE_BOOKKEEPING) || (a == STYLE_FREED && is_used(b));

    return at_a_glance ? TOLD_AT_A_GLANCE : TOLD;
}

/* Eight papers are too few for all kinds: there, ink and paper together tell them apart. */
static bool differ(const struct look looks[STYLES], enum style a, enum style b,
                   enum color_depth depth, const double vision[3][3])
{
    struct colors left = rgb_of(&looks[a], depth, palettes[0]);
    struct colors right = rgb_of(&looks[b], depth, palettes[0]);
    double least =
        least_distance(a, b) > least_distance(b, a) ? least_distance(a, b) : least_distance(b, a);

    if (depth == COLOR_DEPTH_8 || (depth == COLOR_DEPTH_16 && (is_alarm(a) || is_alarm(b))))
        return left.ink != right.ink || left.paper != right.paper;
    if (depth == COLOR_DEPTH_16)
        return left.paper != right.paper;
    if (vision != visions[2])
        least = TOLD;
    return distance(vision, left.paper, right.paper) >= least;
}

static void expect_kinds_differ(unsigned theme, enum color_depth depth, const double vision[3][3])
{
    struct look looks[STYLES];

    look_make(theme_get(theme), depth, looks);
    for (size_t i = 0; i < KINDS; i++) {
        for (size_t j = 0; j < i; j++) {
            if (!differ(looks, kinds[i], kinds[j], depth, vision))
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

/* Whatever the theme, what is on the map can be told without colours: no two kinds of cells have
 * the same glyph. */
static void kinds_of_cells_have_glyphs_of_their_own(void **state)
{
    static const enum glyph glyphs[] = {
        GLYPH_FREE,    GLYPH_USED, GLYPH_MANY,    GLYPH_BOOKKEEPING, GLYPH_HEADER,
        GLYPH_FOOTER,  GLYPH_TAGS, GLYPH_PADDING, GLYPH_UNREADABLE,  GLYPH_LEAKED,
        GLYPH_DAMAGED, GLYPH_PAGE, GLYPH_UNTOLD};

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_can_be_read_in_every_theme),
        cmocka_unit_test(kinds_of_cells_can_be_told_apart),
        cmocka_unit_test(no_two_colors_want_the_same_place),
        cmocka_unit_test(used_blocks_are_filled_without_colors),
        cmocka_unit_test(kinds_of_cells_have_glyphs_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
