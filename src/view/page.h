/* page.h: what is listed rather than drawn: blocks, the free list, variables, steps, bytes, text.
 *
 * A page can have a million rows; they are drawn one by one, where somebody wants to see them. */
#ifndef VIEW_PAGE_H
#define VIEW_PAGE_H

#include "session/outcome.h"
#include "session/session.h"
#include "view/grid.h"
#include "view/maps.h"
#include "view/options.h"

struct page {
    const struct session *session;
    const struct view_options *options;
    const char *heading;
    size_t rows;
    /* Draw the row number `row` on row `at` of the grid. */
    void (*draw)(struct page *page, size_t row, struct grid *grid, int at);
    struct show show;        /* of a page of bytes: which */
    struct free_lists lists; /* of a page of free lists; the page's own */
    struct text unbroken;    /* of a page of text */
    struct text text;        /* the same in lines of at most `columns` */
    bool has_maps;
    struct maps maps;         /* of a page of maps; the page's own */
    struct grid canvas;       /* all of them as drawn */
    int rows_shown, columns;  /* what it was fitted into */
    size_t near_row;          /* blocks are asked for one after the other: */
    struct block_cursor near; /* the block of near_row */
};

/* Make a page of what a command wants to be looked at, reading from the heap what is not known yet.
 * Session and options must outlive it, and it must not outlive the session's next step.
 *   show  the bytes of a dump are copied */
struct page page_of_show(struct session *session, const struct view_options *options,
                         const struct show *show);

/* Make a page of text. */
struct page page_of_text(const struct session *session, const struct view_options *options,
                         const char *heading, const char *text);

/* Make a page of maps that go through a comparison step by step; they begin at its last one.
 *   comparison  taken over, and left empty */
struct page page_of_maps(const struct session *session, const struct view_options *options,
                         struct comparison *comparison);

/* Go to step number `step`, or the last one, on a page of maps. */
void page_go(struct page *page, size_t step);

/* Fit a page into this many columns; `rows` may change.
 *   rows_shown  how many of its rows are seen at once */
void page_fit(struct page *page, int rows_shown, int columns);

void page_finish(struct page *page);

#endif
