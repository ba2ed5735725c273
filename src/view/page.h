/* page.h: what is listed rather than drawn: blocks, the free list, variables, steps, bytes, text.
 *
 * A page can have a million rows; they are drawn one by one, where somebody wants to see them. */
#ifndef VIEW_PAGE_H
#define VIEW_PAGE_H

#include "show/exhibit.h"
#include "view/grid.h"
#include "view/maps.h"
#include "view/options.h"
#include "view/scene.h"

struct page {
    const struct picture *picture;
    const struct history *history;
    const struct view_options *options;
    const char *heading;
    size_t rows;          /* of text, and below it those of a list */
    struct text unbroken; /* empty where there is just a list */
    struct text text;     /* the same in lines of at most `columns` */
    size_t lines;         /* how many */
    /* Draw the row number `row` of the list on row `at` of the grid; NULL where there is none. */
    void (*draw)(struct page *page, size_t row, struct grid *grid, int at);
    size_t listed; /* rows of it */
    /* Count these for `columns`; NULL where they are ever as many. */
    void (*fit)(struct page *page);
    bool opens_at_end;      /* its last rows are seen first */
    struct exhibit exhibit; /* what is shown; the page's own */
    bool has_maps;
    struct maps maps;         /* of a page of maps; the page's own */
    struct grid canvas;       /* all of them as drawn */
    int rows_shown, columns;  /* what it was fitted into */
    size_t near_row;          /* blocks are asked for one after the other: */
    struct block_cursor near; /* the block of near_row */
};

/* Make a page of what a command wants to be looked at. The scene's picture and history, and
 * options, must outlive it, and it must not outlive the next step.
 *   exhibit  copied */
struct page page_of_exhibit(const struct scene *scene, const struct view_options *options,
                            const struct exhibit *exhibit);

/* Make a page of text. */
struct page page_of_text(const struct view_options *options, const char *heading, const char *text);

/* Make a page of maps that go through a comparison step by step; they begin at its last one.
 *   comparison  taken over, and left empty */
struct page page_of_maps(const struct view_options *options, struct comparison *comparison);

/* Go to step number `step`, or the last one, on a page of maps. */
void page_go(struct page *page, size_t step);

/* Fit a page into this many columns; `rows` may change. Of a page of maps, comparison_go has
 * brought the heaps to the step.
 *   rows_shown  how many of its rows are seen at once */
void page_fit(struct page *page, int rows_shown, int columns);

/* Draw the row number `row`, of those that there are, on row `at` of the grid. */
void page_draw_row(struct page *page, size_t row, struct grid *grid, int at);

void page_finish(struct page *page);

#endif
