/* theme.h: what styles look like. */
#ifndef VIEW_THEME_H
#define VIEW_THEME_H

#include "view/style.h"

enum { COLOR_DEFAULT = -1 }; /* the terminal's own */

enum attribute { ATTRIBUTE_BOLD = 1, ATTRIBUTE_DIM = 2, ATTRIBUTE_REVERSE = 4 };

/* A style's colours: of the palette of 256, and of the eight that every colour terminal has. Where
 * there are none, the attributes alone tell styles apart. */
struct theme_style {
    short ink, paper;
    short ink_8, paper_8;
    unsigned attributes;      /* enum attribute, beside colours */
    unsigned mono_attributes; /* enum attribute, without colours */
};

/* The theme with this number, an array of STYLES; NULL beyond the last. Their order is that of the
 * choices of the preference "theme". */
const struct theme_style *theme_get(unsigned theme);

#endif
