/* page_dump.c: see page_dump.h. */
#include "view/page_dump.h"

#include "view/map.h"
#include "view/slots.h"
#include "view/words.h"

enum { MOST_BYTES = 16, LEAST_BYTES = 4, GAP_AFTER = 8, PLACE_COLUMNS = 1000 };

/* Whether a byte of `block` belongs to its header or its footer. */
static bool is_tag(const struct block *block, uint64_t at)
{
    uint64_t footer = block->at + block->size - block->footer;

    return at < block->at + block->header || (at >= footer && at < footer + block->footer);
}

static enum style byte_style(const struct page *page, const struct block *block, uint64_t at)
{
    if (!block)
        return STYLE_PLAIN;
    if (block->kind == HG_KIND_BOOKKEEPING)
        return STYLE_BOOKKEEPING;
    if (is_tag(block, at))
        return STYLE_HEADER;
    if (block->kind == HG_KIND_USED && at >= block->at + block->header + block->requested)
        return STYLE_PADDING;
    return block->kind == HG_KIND_FREE ? STYLE_FREE : map_block_style(page->picture, block);
}

/* Where the bytes begin: behind the longest place, and such that 80 columns have room for all. */
static int bytes_column(const struct page *page)
{
    enum { LEAST = 11 };
    char place[WORDS_PLACE_MAX];
    int width = grid_text_width(
        words_place(page->picture, page->options, page->exhibit.at + page->exhibit.count, place));

    return width < LEAST ? LEAST : width + 1;
}

/* How many columns the numbers of a row take, with the gap among them. */
static int numbers_columns(int bytes)
{
    return 3 * bytes + (bytes > GAP_AFTER);
}

/* How many bytes a row has: as many as there is room for with their characters. */
static int bytes_per_row(const struct page *page)
{
    int bytes = MOST_BYTES;

    while (bytes > LEAST_BYTES &&
           bytes_column(page) + numbers_columns(bytes) + bytes > page->columns)
        bytes /= 2;
    return bytes;
}

/* Draw a byte of the row that begins at `left`: a number, and behind all of those a character. Tags
 * stand in brackets, and slots that point somewhere between < and >, so that they are told apart
 * without colours. */
static void draw_byte(const struct page *page, uint64_t at, int index, int per_row,
                      struct grid *grid, int row, int left)
{
    unsigned char byte = page->exhibit.bytes[at - page->exhibit.at];
    const struct block *block = block_table_get(&page->picture->blocks, at);
    enum style style = byte_style(page, block, at);
    uint64_t slot = slots_find(page->picture, at);
    int column = left + numbers_columns(index) + (index == GAP_AFTER);

    grid_print(grid, row, column, 2, style, "%02x", byte);
    if (block && is_tag(block, at)) {
        if (index == 0 || at == block->at || !is_tag(block, at - 1))
            grid_put(grid, row, column - 1, '[', STYLE_DIM);
        if (index == per_row - 1 || !is_tag(block, at + 1))
            grid_put(grid, row, column + 2, ']', STYLE_DIM);
    }
    if (slot != OFFSET_NULL && (index == 0 || at == slot))
        grid_put(grid, row, column - 1, '<', STYLE_DIM);
    if (slot != OFFSET_NULL && (index == per_row - 1 || at == slot + SLOT_BYTES - 1))
        grid_put(grid, row, column + 2, '>', STYLE_DIM);
    grid_put(grid, row, left + numbers_columns(per_row) + index,
             byte >= ' ' && byte < 0x7f ? byte : '.', style);
}

void page_dump_fit(struct page *page)
{
    unsigned per_row = (unsigned)bytes_per_row(page);

    page->listed = (page->exhibit.at % per_row + page->exhibit.count + per_row - 1) / per_row;
}

void page_dump_draw(struct page *page, size_t row, struct grid *grid, int at)
{
    int per_row = bytes_per_row(page);
    uint64_t first =
        page->exhibit.at - page->exhibit.at % (unsigned)per_row + row * (unsigned)per_row;
    int left = bytes_column(page);
    char place[WORDS_PLACE_MAX];

    grid_print(grid, at, 0, PLACE_COLUMNS, STYLE_DIM, "%s",
               words_place(page->picture, page->options, first, place));
    for (int i = 0; i < per_row; i++) {
        uint64_t offset = first + (unsigned)i;

        if (offset >= page->exhibit.at && offset < page->exhibit.at + page->exhibit.count)
            draw_byte(page, offset, i, per_row, grid, at, left);
    }
}
