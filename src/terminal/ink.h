/* ink.h: the colours and attributes of the open terminal: what cells look like on it. */
#ifndef TERMINAL_INK_H
#define TERMINAL_INK_H

#include <stdbool.h>

#include "view/grid.h"

enum color_use { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* How curses is told of a look. */
struct ink {
    unsigned attributes; /* curses' */
    int pair;            /* of colours */
};

/* Whether the terminal says that it shows every colour. Terminfo has no word for that. */
bool ink_shows_all(void);

/* Find out what colours there are. The theme is to be set next. */
void ink_open(enum color_use color);

/* Use this theme from now on; see theme.h. The cursor has its ink. */
void ink_set_theme(unsigned theme);

/* Give the cursor the ink of the theme, or the colour it had at first. */
void ink_color_cursor(void);
void ink_leave_cursor(void);

/* What a cell looks like. */
struct ink ink_of_cell(const struct cell *cell);

#endif
