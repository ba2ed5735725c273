/* residency.c: see residency.h. */
#include "view/residency.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/size.h"
#include "view/map.h"
#include "view/timeline.h"
#include "view/words.h"

enum { EIGHTHS = 8 };

/* ---- Whose bytes ---- */

/* The block that has a range of the heap to itself, as far as blocks in use go: one in use, if
 * there is no other; else the first. */
struct owner {
    const struct block *block; /* NULL beyond the break */
    bool is_crowd;             /* several in use */
};

static struct owner owner_of(const struct picture *picture, uint64_t low, uint64_t high)
{
    struct block_cursor cursor = block_table_find(&picture->blocks, low);
    struct owner owner = {.block = block_cursor_get(&cursor)};
    const struct block *block;
    bool has_used = false;

    for (; (block = block_cursor_get(&cursor)) && block->at < high; block_cursor_next(&cursor)) {
        if (block->kind != HG_KIND_USED)
            continue;
        owner.is_crowd = has_used;
        if (has_used)
            break;
        owner.block = block;
        has_used = true;
    }
    return owner;
}

static uint32_t owner_glyph(const struct picture *picture, const struct owner *owner,
                            const struct view_options *options)
{
    const char *name;

    if (owner->is_crowd)
        return view_glyph(options, GLYPH_MANY);
    switch ((enum hg_kind)owner->block->kind) {
    case HG_KIND_FREE: return '-';
    case HG_KIND_BOOKKEEPING: return view_glyph(options, GLYPH_BOOKKEEPING);
    case HG_KIND_UNREADABLE: return view_glyph(options, GLYPH_UNREADABLE);
    case HG_KIND_UNTOLD: return view_glyph(options, GLYPH_UNTOLD);
    case HG_KIND_USED: break;
    }
    name = picture_block_name(picture, owner->block);
    return name ? (unsigned char)name[0] : view_glyph(options, GLYPH_USED);
}

/* ---- The map ---- */

/* How many pages a cell stands for, where there are so many cells. */
static uint64_t scale_for(const struct pages *pages, size_t cells)
{
    uint64_t scale = 1;

    while (cells > 0 && (pages->count + scale - 1) / scale > cells)
        scale *= 2;
    return scale;
}

/* How many of the pages [first, end), which are some, are in each state; *run is that of the first,
 * and then that of the last. */
static void count_states(const struct pages *pages, uint64_t first, uint64_t end, size_t *run,
                         uint64_t ret_counts[PAGE_STATE_COUNT])
{
    for (int state = 0; state < PAGE_STATE_COUNT; state++)
        ret_counts[state] = 0;
    while (first < end) {
        const struct page_run *here = &pages->runs[*run];
        uint64_t here_end = here->first + here->count, until = here_end < end ? here_end : end;

        ret_counts[here->state] += until - first;
        first = until;
        *run += here_end == until && *run + 1 < pages->run_count;
    }
}

/* What pages that are not in memory are, for the most part; never touched only if all are. */
static enum page_state absent_state(const uint64_t counts[PAGE_STATE_COUNT])
{
    enum page_state most = PAGE_UNTOUCHED;

    for (int state = 0; state < PAGE_STATE_COUNT; state++) {
        if (state != PAGE_UNTOUCHED && !page_state_is_resident((enum page_state)state) &&
            counts[state] > (most == PAGE_UNTOUCHED ? 0 : counts[most]))
            most = (enum page_state)state;
    }
    return most;
}

/* A map in the making. */
struct drawing {
    struct grid *grid;
    const struct picture *picture;
    const struct pages *pages;
    const struct view_options *options;
    uint64_t scale; /* pages in a cell */
};

/* Draw a cell of pages that are in memory, all or some of them. */
static void draw_resident(const struct drawing *drawing, const struct owner *owner,
                          uint64_t resident, uint64_t count, int row, int column)
{
    uint64_t eighths = resident * EIGHTHS / count;
    enum style style =
        owner->is_crowd ? STYLE_CROWD : map_block_style(drawing->picture, owner->block);

    if (resident < count)
        grid_put_partial(drawing->grid, row, column,
                         view_column(drawing->options, eighths > 0 ? (unsigned)eighths : 1), style,
                         STYLE_OUTSIDE);
    else
        grid_put(drawing->grid, row, column, owner_glyph(drawing->picture, owner, drawing->options),
                 style);
}

static void draw_absent(const struct drawing *drawing, enum page_state state, int row, int column)
{
    if (state == PAGE_UNTOUCHED)
        grid_put(drawing->grid, row, column, view_glyph(drawing->options, GLYPH_FREE), STYLE_DIM);
    else
        grid_put(drawing->grid, row, column, (uint32_t)page_state_sign(state), STYLE_NOTICE);
}

/* Draw the cell of the pages [first, end), of which *run is the first run; then it is the last. */
static void draw_cell(const struct drawing *drawing, uint64_t first, uint64_t end, size_t *run,
                      int row, int column)
{
    uint64_t from = pages_at(drawing->pages, first), to = pages_at(drawing->pages, end);
    uint64_t counts[PAGE_STATE_COUNT], resident;
    struct owner owner = owner_of(drawing->picture, from, to);

    count_states(drawing->pages, first, end, run, counts);
    resident = counts[PAGE_RESIDENT] + counts[PAGE_HUGE];
    if (!owner.block)
        return;
    if (resident > 0)
        draw_resident(drawing, &owner, resident, end - first, row, column);
    else
        draw_absent(drawing, absent_state(counts), row, column);
    grid_link(drawing->grid, (struct area){row, column, 1, 1}, LINK_BLOCK, owner.block->at, to);
}

/* Draw the pages from number `first` on in the cells of a row. */
static void draw_map_row(const struct drawing *drawing, uint64_t first, struct area area)
{
    uint64_t count = drawing->pages->count;
    size_t run = first < count ? pages_find(drawing->pages, first) : 0;

    for (int i = 0; i < area.columns && first < count; i++) {
        uint64_t end = first + drawing->scale < count ? first + drawing->scale : count;

        draw_cell(drawing, first, end, &run, area.row, area.column + i);
        first = end;
    }
}

/* Draw the map: O(cells + runs of pages). */
static void draw_map(struct grid *grid, struct area area, const struct picture *picture,
                     const struct pages *pages, const struct view_options *options)
{
    struct drawing drawing = {grid, picture, pages, options,
                              scale_for(pages, (size_t)area.rows * (size_t)area.columns)};

    grid_fill(grid, area, ' ', STYLE_OUTSIDE);
    for (int i = 0; i < area.rows; i++)
        draw_map_row(&drawing, (uint64_t)i * (uint64_t)area.columns * drawing.scale,
                     (struct area){area.row + i, area.column, 1, area.columns});
}

void residency_draw_panel(struct grid *grid, struct area area, const struct scene *scene,
                          const struct view_options *options)
{
    int curve_rows =
        TIMELINE_MEMORY_ROWS + (area.rows >= 3 * TIMELINE_MEMORY_ROWS ? TIMELINE_MEMORY_CURVES : 0);
    struct area map = {area.row, area.column, area.rows - curve_rows, area.columns};
    struct area curves = {area.row + map.rows, area.column, curve_rows, area.columns};

    if (map.rows < 1)
        return;
    if (scene->pages)
        draw_map(grid, map, scene->picture, scene->pages, options);
    else
        grid_text(grid, area.row, area.column, area.columns, STYLE_DIM,
                  "the kernel does not tell of these pages");
    timeline_draw_memory(grid, curves, scene, options);
}

/* ---- In words ---- */

void residency_add_sum(const struct pages *pages, uint64_t heap_size, struct text *text)
{
    char resident[SIZE_TEXT_MAX], heap[SIZE_TEXT_MAX], page[SIZE_TEXT_MAX], huge[SIZE_TEXT_MAX];
    uint64_t bytes = pages_resident(pages);

    if (pages->page_size == 0) {
        text_add(text, "the kernel was not asked");
        return;
    }
    text_add(text, "%s in memory of %s: %" PRIu64 " of %" PRIu64 " page%s of %s",
             size_short(bytes, resident), size_short(heap_size, heap), bytes / pages->page_size,
             pages->count, pages->count == 1 ? "" : "s", size_short(pages->page_size, page));
    if (pages->huge > 0)
        text_add(text, ", %s in huge pages", size_short(pages->huge, huge));
}

void residency_add_legend(const struct pages *pages, struct text *text)
{
    for (int state = 0; state < PAGE_STATE_COUNT; state++) {
        if (pages->counts[state] > 0 && !page_state_is_resident((enum page_state)state))
            text_add(text, "  %c %s", page_state_sign((enum page_state)state),
                     page_state_text((enum page_state)state));
    }
}

void residency_add_text(const struct scene *scene, const struct view_options *options,
                        const struct exhibit *exhibit, struct text *text)
{
    const struct pages *pages = &exhibit->pages;
    char size[SIZE_TEXT_MAX];

    (void)options;
    residency_add_sum(pages, scene->picture->metrics.heap_size, text);
    text_add(text, "\n\n");
    for (int state = 0; state < PAGE_STATE_COUNT; state++) {
        if (pages->counts[state] > 0)
            text_add(text, "%-14s %8" PRIu64 " %8s  %s\n", page_state_text((enum page_state)state),
                     pages->counts[state],
                     size_short(pages->counts[state] * pages->page_size, size),
                     page_state_meaning((enum page_state)state));
    }
    text_add(text, "\n");
}

/* ---- Rows of a page ---- */

enum {
    CURVE_ROWS = 2 * TIMELINE_MEMORY_CURVES + 1,
    CELLS_IN_ROW = 64,
    MAP_ROWS_MOST = 16,
    WIDEST = 1000,
};

static int map_rows(const struct pages *pages)
{
    uint64_t scale = scale_for(pages, CELLS_IN_ROW * MAP_ROWS_MOST);
    uint64_t in_row = CELLS_IN_ROW * scale;

    return (int)((pages->count + in_row - 1) / in_row);
}

size_t residency_count_rows(const struct pages *pages)
{
    enum { GAPS_AND_HEADINGS = 4 };

    return CURVE_ROWS + (size_t)map_rows(pages) + GAPS_AND_HEADINGS + pages->run_count;
}

static void draw_curves_row(const struct scene *scene, const struct view_options *options, int row,
                            struct grid *grid, int at)
{
    struct grid canvas = grid_create(CURVE_ROWS, grid->columns);

    timeline_draw_memory(&canvas, grid_area(&canvas), scene, options);
    for (int column = 0; column < grid->columns; column++)
        *grid_at(grid, at, column) = *grid_at(&canvas, row, column);
    grid_finish(&canvas);
}

static void draw_map_heading(const struct pages *pages, struct grid *grid, int at)
{
    uint64_t scale = scale_for(pages, CELLS_IN_ROW * MAP_ROWS_MOST);
    struct text text = {0};

    text_add(&text, "%" PRIu64 " page%s a cell; in memory: whose it is", scale,
             scale == 1 ? "" : "s");
    residency_add_legend(pages, &text);
    grid_text(grid, at, 0, WIDEST, STYLE_DIM, text_string(&text));
    text_finish(&text);
}

static void draw_page_map_row(const struct scene *scene, const struct pages *pages,
                              const struct view_options *options, int row, struct grid *grid,
                              int at)
{
    uint64_t scale = scale_for(pages, CELLS_IN_ROW * MAP_ROWS_MOST);
    uint64_t first = (uint64_t)row * CELLS_IN_ROW * scale;
    char place[WORDS_PLACE_MAX];
    int column = grid_print(grid, at, 0, WIDEST, STYLE_DIM, "%-11s ",
                            words_place(scene->picture, options, pages_at(pages, first), place));

    draw_map_row(&(struct drawing){grid, scene->picture, pages, options, scale}, first,
                 (struct area){at, column, 1, CELLS_IN_ROW});
}

/* Append the blocks that lie in a range: the first few by name, and how many more there are. */
static void add_owners(const struct picture *picture, uint64_t low, uint64_t high,
                       struct text *text)
{
    enum { NAMED_MOST = 4 };
    struct block_cursor cursor = block_table_find(&picture->blocks, low), all = cursor;
    uint64_t count = block_cursor_sum(&all, low, high).blocks;
    char size[SIZE_TEXT_MAX];

    for (uint64_t i = 0; i < count && i < NAMED_MOST; i++) {
        const struct block *block = block_cursor_get(&cursor);

        if (!block)
            break;
        text_add(text, "%s%s %s", i > 0 ? ", " : "", words_block(picture, block),
                 size_short(block->size, size));
        block_cursor_next(&cursor);
    }
    if (count > NAMED_MOST)
        text_add(text, ", %" PRIu64 " more", count - NAMED_MOST);
}

static void draw_run(const struct scene *scene, const struct pages *pages,
                     const struct view_options *options, const struct page_run *run,
                     struct grid *grid, int at)
{
    uint64_t low = pages_at(pages, run->first), high = pages_at(pages, run->first + run->count);
    char place[WORDS_PLACE_MAX], size[SIZE_TEXT_MAX];
    struct text text = {0};
    int column =
        grid_print(grid, at, 0, WIDEST, STYLE_PLAIN, "%-14s %8" PRIu64 " %8s  %-14s  ",
                   words_place(scene->picture, options, low, place), run->count,
                   size_short(run->count * pages->page_size, size), page_state_text(run->state));

    add_owners(scene->picture, low, high, &text);
    grid_text_elided(grid, at, column, grid->columns - column, STYLE_PLAIN, text_string(&text),
                     view_glyph(options, GLYPH_ELLIPSIS));
    text_finish(&text);
}

void residency_draw_row(const struct scene *scene, const struct pages *pages,
                        const struct view_options *options, size_t row, struct grid *grid, int at)
{
    size_t map_end = CURVE_ROWS + 2 + (size_t)map_rows(pages), list = map_end + 2;

    if (row < CURVE_ROWS)
        draw_curves_row(scene, options, (int)row, grid, at);
    else if (row == CURVE_ROWS + 1)
        draw_map_heading(pages, grid, at);
    else if (row > CURVE_ROWS + 1 && row < map_end)
        draw_page_map_row(scene, pages, options, (int)(row - CURVE_ROWS - 2), grid, at);
    else if (row == map_end + 1)
        grid_print(grid, at, 0, WIDEST, STYLE_DIM, "%-14s %8s %8s  %-14s  %s", "from", "pages",
                   "size", "", "whose bytes");
    else if (row >= list && row - list < pages->run_count)
        draw_run(scene, pages, options, &pages->runs[row - list], grid, at);
}
