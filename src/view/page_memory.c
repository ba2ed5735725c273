/* page_memory.c: see page_memory.h. */
#include "view/page_memory.h"

#include "view/residency.h"
#include "view/space.h"

/* ---- Pages of memory ---- */

size_t page_memory_count_pages(const struct scene *scene, const struct exhibit *exhibit)
{
    (void)scene;
    return residency_count_rows(&exhibit->pages);
}

void page_memory_draw_pages(struct page *page, size_t row, struct grid *grid, int at)
{
    struct scene scene = {.picture = page->picture, .history = page->history};

    residency_draw_row(&scene, &page->exhibit.pages, page->options, row, grid, at);
}

/* ---- An address space ---- */

enum { FIGURE_ROWS = 20, FIGURE_COLUMNS = 96 };

size_t page_memory_count_figure(const struct scene *scene, const struct exhibit *exhibit)
{
    (void)scene;
    (void)exhibit;
    return FIGURE_ROWS;
}

void page_memory_add_scale(const struct scene *scene, const struct view_options *options,
                           const struct exhibit *exhibit, struct text *text)
{
    (void)scene;
    (void)options;
    space_add_scale(&exhibit->space, FIGURE_ROWS, text);
    text_add(text, "\n");
}

void page_memory_draw_figure(struct page *page, size_t row, struct grid *grid, int at)
{
    int columns = grid->columns < FIGURE_COLUMNS ? grid->columns : FIGURE_COLUMNS;
    struct grid canvas = grid_create(FIGURE_ROWS, columns);

    space_draw(&canvas, grid_area(&canvas), page->picture, &page->exhibit.space, page->options);
    for (int column = 0; column < columns; column++)
        *grid_at(grid, at, column) = *grid_at(&canvas, (int)row, column);
    grid_finish(&canvas);
}
