/* page_memory.h: what is on the two pages that tell of memory as the kernel sees it: which pages of
 * the heap are there, and the figure of the address space. See page.h. */
#ifndef VIEW_PAGE_MEMORY_H
#define VIEW_PAGE_MEMORY_H

#include "view/page.h"

size_t page_memory_count_pages(const struct scene *scene, const struct exhibit *exhibit);
void page_memory_draw_pages(struct page *page, size_t row, struct grid *grid, int at);
size_t page_memory_count_figure(const struct scene *scene, const struct exhibit *exhibit);
void page_memory_add_scale(const struct scene *scene, const struct view_options *options,
                           const struct exhibit *exhibit, struct text *text);
void page_memory_draw_figure(struct page *page, size_t row, struct grid *grid, int at);

#endif
