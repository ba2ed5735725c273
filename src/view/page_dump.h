/* page_dump.h: the rows of a page that show bytes, by the block that each belongs to. */
#ifndef VIEW_PAGE_DUMP_H
#define VIEW_PAGE_DUMP_H

#include "view/page.h"

/* How many rows the bytes of an exhibit take. */
size_t page_dump_count(const struct scene *scene, const struct exhibit *exhibit);

/* Draw row number `row` of them. */
void page_dump_draw(struct page *page, size_t row, struct grid *grid, int at);

#endif
