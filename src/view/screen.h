/* screen.h: the whole screen: the title, the panels, a page beside them or, where there is no room
 * for both, in their place, and the row where the prompt goes. */
#ifndef VIEW_SCREEN_H
#define VIEW_SCREEN_H

#include "view/layout.h"
#include "view/message.h"
#include "view/page.h"
#include "view/scene.h"

/* Draw everything but the prompt.
 *   page      shown beside the panels, or in their place; NULL for none
 *   page_top  the page's first row to show */
void screen_draw(struct grid *grid, const struct scene *scene, const struct view_options *options,
                 const struct message *message, struct page *page, size_t page_top);

/* Draw another message on a screen that was drawn with panels and without a page; all else stays as
 * it is there.
 *   choice  of the panels, as it was drawn */
void screen_draw_message(struct grid *grid, const struct panel_choice *choice,
                         const struct view_options *options, const struct message *message);

/* The area of the map where panels have so much room; no rows: it is not shown. */
struct area screen_map(int rows, int columns, const struct outlook *outlook);

/* How many rows of a page are shown at once, and how wide they are. */
int screen_page_rows(int rows);
int screen_page_columns(int columns, const struct page *page);

/* How many columns the panels have beside a page, which may be NULL; 0: it takes their place. */
int screen_panel_columns(int columns, const struct page *page);

/* Whether all of the message fits into its panel; if not, the panel says that Enter shows more. */
bool screen_message_fits(int rows, int columns, const struct panel_choice *choice,
                         const struct message *message);

/* Tell the outlook how large the map is where panels have so much room, where on it the blocks lie,
 * and which panels have no room. */
void screen_measure(int rows, int columns, const struct picture *picture,
                    const struct view_options *options, struct outlook *outlook);

/* Whether there is room for the prompt. */
bool screen_has_prompt(int rows, int columns);

#endif
