/* layout.h: where the panels are on a screen of any size. */
#ifndef VIEW_LAYOUT_H
#define VIEW_LAYOUT_H

#include <stdbool.h>

#include "show/outlook.h"
#include "view/grid.h"

enum { LAYOUT_LEAST_ROWS = 10, LAYOUT_LEAST_COLUMNS = 40, TITLE_ROWS = 1, PROMPT_ROWS = 1 };

/* The title has the first row, the prompt the last. */
struct layout {
    bool fits; /* false when there is too little room for anything */
    /* Inside its borders, of which the one above is the row above; no rows: it is not shown. */
    struct area panels[PANELS];
};

/* Find room for the panels that are chosen. Those without room go in a fixed order, first those
 * that were not asked for by name; what is left is shared among the others. */
struct layout layout_make(int rows, int columns, const struct panel_choice *choice);

#endif
