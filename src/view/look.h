/* look.h: what a cell looks like on a terminal: a theme in the colours that there are. */
#ifndef VIEW_LOOK_H
#define VIEW_LOOK_H

#include <stdbool.h>

#include "view/grid.h"
#include "view/theme.h"

/* How many colours there are to show things with, and what their numbers mean. */
enum color_depth {
    COLOR_DEPTH_NONE,
    COLOR_DEPTH_8,
    COLOR_DEPTH_16,
    COLOR_DEPTH_256,     /* those from 16 on are the same everywhere */
    COLOR_DEPTH_PALETTE, /* the same, and those in use can be made what a theme wants exactly */
    COLOR_DEPTH_DIRECT,  /* a number is 0xrrggbb */
    COLOR_DEPTHS
};

/* What a terminal has. */
struct color_abilities {
    int count;       /* colours; 0 or less for none */
    bool is_direct;  /* their numbers are not those of a palette, but for the first eight */
    bool can_change; /* the palette can be changed */
    bool shows_all;  /* it says that it shows all colours: COLORTERM */
};

enum color_depth look_depth(const struct color_abilities *abilities);

struct look {
    struct colors colors; /* numbers in the depth; COLOR_OWN */
    unsigned attributes;  /* enum attribute */
    bool is_filled;       /* its paper is what is seen first; where it is not, the ink */
};

/* Find out what each style of a theme looks like. */
void look_make(const struct theme_style *theme, enum color_depth depth, struct look looks[STYLES]);

/* What a cell looks like. */
struct look look_of_cell(const struct look looks[STYLES], const struct cell *cell);

/* The number, from 16 on, of that one of the 256 colours that comes nearest to 0xrrggbb. */
int look_nearest(int rgb);

/* What the colour with this number, from 16 to 255, is, as 0xrrggbb. */
int look_rgb(int number);

#endif
