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

enum { COLOR_OWN = -1 }; /* the terminal's own ink or paper */

struct colors {
    int ink, paper;
};

/* A style's colours: exactly, as 0xrrggbb; of the 16 that many terminals have; and of 8, where the
 * inks from 8 on are bright and the papers end at 7. Where there are none, the attributes alone
 * tell styles apart. */
struct theme_style {
    struct colors exact, of_16, of_8;
    unsigned attributes;      /* enum attribute, beside colours */
    unsigned mono_attributes; /* enum attribute, without colours */
};

/* The theme with this number, THEME_DARK or another, an array of STYLES; NULL beyond the last. */
const struct theme_style *theme_get(unsigned theme);

#endif
