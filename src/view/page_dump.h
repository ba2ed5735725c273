/* page_dump.h: the rows of a page that show bytes, by the block that each belongs to. */
#ifndef VIEW_PAGE_DUMP_H
#define VIEW_PAGE_DUMP_H

#include "view/page.h"

/* Count the rows that the bytes of a page's exhibit take in its columns. */
void page_dump_fit(struct page *page);

/* Draw row number `row` of them. */
void page_dump_draw(struct page *page, size_t row, struct grid *grid, int at);

#endif
