/* theme.h: what styles look like. */
#ifndef VIEW_THEME_H
#define VIEW_THEME_H

#include "view/style.h"

enum attribute {
    ATTRIBUTE_BOLD = 1,
    ATTRIBUTE_DIM = 2,
    ATTRIBUTE_REVERSE = 4,
    ATTRIBUTE_UNDERLINE = 8
};

/* A style's colours: of the palette of 256, and of the eight that every colour terminal has; -1 is
 * the terminal's own. Where there are none, the attributes alone tell styles apart. */
struct theme_style {
    short ink, paper;
    short ink_8, paper_8;
    unsigned attributes;      /* enum attribute, beside colours */
    unsigned mono_attributes; /* enum attribute, without colours */
};

/* The red, green and blue of a colour of the 256, from 16 on, which every terminal shows alike, as
 * 0xrrggbb. */
unsigned theme_rgb(int color);

/* The theme with this number, THEME_DARK or another, an array of STYLES; NULL beyond the last. */
const struct theme_style *theme_get(unsigned theme);

#endif
