/* look.c: see look.h. */
#include "view/look.h"

enum { CUBE = 16, GRAYS = 232, PALETTE = 256, DIRECT = 1 << 24, FEW = 8, BRIGHT = 8 };

enum color_depth look_depth(const struct color_abilities *abilities)
{
    if (abilities->count < FEW)
        return COLOR_DEPTH_NONE;
    if (abilities->is_direct) /* of few bits: the first eight are as everywhere */
        return abilities->count >= DIRECT ? COLOR_DEPTH_DIRECT : COLOR_DEPTH_8;
    if (abilities->count >= PALETTE)
        return abilities->shows_all && abilities->can_change ? COLOR_DEPTH_PALETTE
                                                             : COLOR_DEPTH_256;
    return abilities->count >= 2 * FEW ? COLOR_DEPTH_16 : COLOR_DEPTH_8;
}

/* ---- Colours ---- */

int look_rgb(int number)
{
    static const int levels[] = {0, 95, 135, 175, 215, 255};
    int gray = 8 + 10 * (number - GRAYS), cube = number - CUBE;

    if (number >= GRAYS)
        return gray << 16 | gray << 8 | gray;
    return levels[cube / 36 % 6] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6];
}

static int distance(int a, int b)
{
    int sum = 0;

    for (int shift = 0; shift <= 16; shift += 8) {
        int difference = (a >> shift & 0xff) - (b >> shift & 0xff);

        sum += difference * difference;
    }
    return sum;
}

int look_nearest(int rgb)
{
    int nearest = CUBE;

    for (int number = CUBE; number < PALETTE; number++) {
        if (distance(look_rgb(number), rgb) < distance(look_rgb(nearest), rgb))
            nearest = number;
    }
    return nearest;
}

/* A colour as a number that is not one of the first eight, which are the terminal's own. */
static int direct(int rgb)
{
    enum { NEARLY_BLACK = 0x010101 };

    return rgb < FEW ? NEARLY_BLACK : rgb;
}

static struct colors colors_of(const struct theme_style *style, enum color_depth depth)
{
    struct colors exact = style->exact;

    switch (depth) {
    case COLOR_DEPTH_8: return style->of_8;
    case COLOR_DEPTH_16: return style->of_16;
    case COLOR_DEPTH_256:
    case COLOR_DEPTH_PALETTE:
        return exact.ink < 0 ? exact
                             : (struct colors){look_nearest(exact.ink), look_nearest(exact.paper)};
    case COLOR_DEPTH_DIRECT:
        return exact.ink < 0 ? exact : (struct colors){direct(exact.ink), direct(exact.paper)};
    case COLOR_DEPTH_NONE:
    case COLOR_DEPTHS: break;
    }
    return (struct colors){COLOR_OWN, COLOR_OWN};
}

/* ---- Looks ---- */

static struct look look_of_style(const struct theme_style *style, enum color_depth depth)
{
    struct look look = {colors_of(style, depth), style->attributes,
                        style->mono_attributes & ATTRIBUTE_REVERSE};

    if (depth == COLOR_DEPTH_NONE)
        look.attributes = style->mono_attributes;
    if (look.colors.ink < 0 || depth > COLOR_DEPTH_16)
        return look;
    look.attributes &= ~(unsigned)ATTRIBUTE_BOLD; /* it makes inks bright, and black gray */
    if (depth == COLOR_DEPTH_8 && look.colors.ink >= BRIGHT) {
        look.colors.ink -= BRIGHT;
        look.attributes |= ATTRIBUTE_BOLD;
    }
    return look;
}

void look_make(const struct theme_style *theme, enum color_depth depth, struct look looks[STYLES])
{
    for (int style = 0; style < STYLES; style++)
        looks[style] = look_of_style(&theme[style], depth);
}

struct look look_of_cell(const struct look looks[STYLES], const struct cell *cell)
{
    struct look look = looks[cell->style];
    const struct look *rest;

    if (cell->is_focus)
        look.attributes |= ATTRIBUTE_UNDERLINE;
    if (cell->rest == STYLE_NONE)
        return look;
    rest = &looks[cell->rest];
    look.colors = (struct colors){look.colors.paper, rest->colors.paper};
    look.attributes = cell->is_focus ? ATTRIBUTE_UNDERLINE : 0;
    if (look.colors.ink < 0 && !look.is_filled && rest->is_filled)
        look.attributes |= ATTRIBUTE_REVERSE;
    return look;
}
