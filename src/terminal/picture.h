/* picture.h: what the full screen shows: the views, what happened, and a page in their place. */
#ifndef TERMINAL_PICTURE_H
#define TERMINAL_PICTURE_H

#include <wchar.h>

#include "view/options.h"
#include "view/page.h"
#include "view/screen.h"

enum { PICTURE_LIST_MOST = 64 }; /* elements of a free list that the panel could need */

struct picture {
    struct session *session;
    struct view_options options;
    struct scene scene;
    struct free_lists lists;
    struct session *imagined; /* what if: it is drawn in place of the session; NULL otherwise */
    bool is_past;             /* what is drawn is over: nothing can be read of it any more */
    bool is_stale;            /* the lists have not been read since the last command */
    /* what the message panel says */
    struct text heading, caption, text;
    enum style style;
    /* the page in place of the panels, if there is one */
    bool has_page;
    struct page page;
    size_t page_top;
    bool is_fitting;   /* the page is made for the display just now; that may take so long that a
                        message is drawn meanwhile */
    struct grid drawn; /* as it was drawn last */
};

/* The last row: words, and the line that is typed behind them; no line, no cursor. */
struct prompt {
    const char *words;
    const char *hint; /* to the right, while the line leaves room for it; NULL for none */
    const wchar_t *line;
    size_t length, cursor;
};

/* Begin: a picture of `session`, which must outlive it. */
void picture_init(struct picture *picture, struct session *session,
                  const struct view_options *options);
void picture_finish(struct picture *picture);

/* Tell the outlook of what is drawn how large the map is, and which panels have no room. */
void picture_measure(struct picture *picture);

/* Draw all of it on the display.
 *   over  shown in place of the message and of the page; NULL for nothing */
void picture_draw(struct picture *picture, const struct message *over, const struct prompt *prompt);

/* Draw `imagined` from now on; or the session again, for NULL. */
void picture_imagine(struct picture *picture, struct session *imagined);
/* Begin a new message; what it says is then added to picture->text. The caption stays. */
void picture_say(struct picture *picture, enum style style, const char *heading);

/* Append to a message what the user may have written: a terminal is never made to obey it. */
void picture_add(struct text *text, const char *string);

/* Put a note before what the message says. */
void picture_add_note(struct picture *picture, const char *note);

/* Open a page, which is then the picture's, and close it again. */
void picture_open_page(struct picture *picture, struct page page);
void picture_close_page(struct picture *picture);

/* Open a page of the message if its panel has no room for all of it. */
void picture_open_long_message(struct picture *picture);

/* Scroll the page, by rows or by so many pages. */
void picture_scroll_rows(struct picture *picture, int rows);
void picture_scroll_pages(struct picture *picture, int pages);

/* Let the page's maps go a step forth or, with -1, back. */
void picture_step_maps(struct picture *picture, int direction);

/* Show what came of a command. */
void picture_report(struct picture *picture, const struct outcome *outcome);

/* Let the views be about the block at an offset. */
void picture_focus(struct picture *picture, uint64_t at);

/* Let the views be about the next block or, with -1, the one before; the same a row of the map up
 * or down. */
void picture_move_focus(struct picture *picture, int direction);
void picture_move_focus_by_row(struct picture *picture, int direction);

/* What was drawn last at a place stands for this: LINK_NONE for nothing. */
enum link picture_link_at(const struct picture *picture, int row, int column, uint64_t *ret_to);

#endif
