/* screen.h: the whole screen: title, map, ribbon, free list and meters, what happened, and the row
 * where the prompt goes. */
#ifndef VIEW_SCREEN_H
#define VIEW_SCREEN_H

#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"
#include "view/page.h"

enum { SCREEN_LEAST_ROWS = 10, SCREEN_LEAST_COLUMNS = 40 };

/* What the screen says about the last command. */
struct message {
    const char *heading; /* "step 4: free B" */
    const char *caption; /* what a scenario said before it; NULL for nothing */
    const char *text;
    enum style style;
};

/* A stretch of rows, with a border and its heading above it. No rows: it is not shown. */
struct panel {
    int row, rows;
};

/* Where everything is. The prompt has the last row. */
struct screen_layout {
    bool fits; /* false when there is too little room for anything */
    struct panel map, ribbon, lists, message;
    int split; /* the column of the border between free list and meters; 0 for meters alone */
};

struct screen_layout screen_layout(int rows, int columns);

/* Draw everything but the prompt.
 *   page      shown in place of the panels; NULL for none
 *   page_top  the page's first row to show */
void screen_draw(struct grid *grid, const struct scene *scene, const struct view_options *options,
                 const struct message *message, struct page *page, size_t page_top);

/* How many rows of a page are shown at once. */
int screen_page_rows(int rows);

/* Whether all of the message fits into its panel; if not, the panel says that Enter shows more. */
bool screen_message_fits(int rows, int columns, const struct message *message);

/* Whether there is room for the prompt. */
bool screen_has_prompt(int rows, int columns);

#endif
