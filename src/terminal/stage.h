/* stage.h: what the full screen shows: the views, what happened, and a page in their place. */
#ifndef TERMINAL_STAGE_H
#define TERMINAL_STAGE_H

#include <wchar.h>

#include "show/outcome.h"
#include "show/show.h"
#include "view/options.h"
#include "view/page.h"
#include "view/screen.h"

enum { STAGE_LIST_MOST = 64 }; /* elements of a free list that the panel could need */

struct stage {
    struct session *session;
    struct show *show; /* what the user looks at of it */
    struct view_options options;
    struct scene scene;
    struct free_lists lists;
    struct pages pages;        /* of the heap, and */
    struct space space;        /* the heap process's memory, where their panels show them */
    struct imagined *imagined; /* what if: it is drawn in place of the session; NULL otherwise */
    bool is_stale;             /* the lists have not been read since the last command */
    /* what the message panel says */
    struct text heading, caption, text;
    struct text part;         /* of the scenario that is played: its section, or its title */
    struct text full_heading; /* with it before what the message is about */
    bool is_saying;           /* what was said last may go on */
    enum style style;
    /* the page in place of the panels, if there is one */
    bool has_page;
    struct page page;
    size_t page_top;
    bool is_fitting; /* the page is made for the display just now; that may take so long that a
                        message is drawn meanwhile */
    /* as it was drawn last: */
    struct grid drawn;
    struct panel_choice drawn_choice; /* of the panels */
    bool drawn_page;                  /* with a page */
};

/* The last row: words, and the line that is typed behind them; no line, no cursor. */
struct prompt {
    const char *words;
    const char *hint; /* to the right, while the line leaves room for it; NULL for none */
    const wchar_t *line;
    size_t length, cursor;
};

/* Begin: a stage of `session`, of which `show` says what is looked at; both must outlive it. */
void stage_init(struct stage *stage, struct session *session, struct show *show,
                const struct view_options *options);
void stage_finish(struct stage *stage);

/* Tell the outlook of what is drawn how large the map is, and which panels have no room. */
void stage_measure(struct stage *stage);

/* Draw another session from now on, and what is looked at of it. */
void stage_visit(struct stage *stage, struct session *session, struct show *show);

/* Draw all of it on the display.
 *   over  shown in place of the message and of the page; NULL for nothing */
void stage_draw(struct stage *stage, const struct message *over, const struct prompt *prompt);

/* Draw a message and the prompt; all else is as it was drawn last, or blank if the display has
 * another size by now. Nothing of the session is looked at, unless nothing of it is drawn. */
void stage_draw_words(struct stage *stage, const struct message *message,
                      const struct prompt *prompt);

/* A moment within a step, which is over: nothing can be read of it any more. */
struct moment {
    const struct picture *picture;
    const struct free_lists *lists;
    uint64_t lit_low, lit_high; /* offsets, what lies between is lit; equal: nothing */
};

/* Draw a moment, and a message. */
void stage_draw_moment(struct stage *stage, const struct moment *moment,
                       const struct message *message, const struct prompt *prompt);

/* Draw `imagined` from now on; or the session again, for NULL. */
void stage_imagine(struct stage *stage, struct imagined *imagined);

/* Begin a new message; what it says is then added to stage->text. The caption stays. */
void stage_say(struct stage *stage, enum style style, const char *heading);

/* Append to a message what the user may have written: a terminal is never made to obey it. */
void stage_add(struct text *text, const char *string);

/* Put a note before what the message says. */
void stage_add_note(struct stage *stage, const char *note);

/* Open a page, which is then the stage's, and close it again. */
void stage_open_page(struct stage *stage, struct page page);
void stage_open_exhibit(struct stage *stage, const struct exhibit *exhibit);
void stage_close_page(struct stage *stage);

/* Open a page of the message if its panel has no room for all of it. */
void stage_open_long_message(struct stage *stage);

/* Scroll the page, by rows or by so many pages. */
void stage_scroll_rows(struct stage *stage, int rows);
void stage_scroll_pages(struct stage *stage, int pages);

/* Let the page's maps go a step forth or, with -1, back. */
void stage_step_maps(struct stage *stage, int direction);

/* Show what came of a command. */
void stage_report(struct stage *stage, const struct outcome *outcome);

/* Let the views be about the block at an offset. */
void stage_focus(struct stage *stage, uint64_t at);

/* Let the views be about the next block or, with -1, the one before; or about the one that stands a
 * row of the map below or, with -1, above. */
void stage_move_focus(struct stage *stage, int direction);
void stage_move_focus_by_row(struct stage *stage, int direction);

/* What was drawn last at a place stands for this: LINK_NONE for nothing. */
enum link stage_link_at(const struct stage *stage, int row, int column, uint64_t *ret_to);

#endif
