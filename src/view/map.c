/* map.c: see map.h. */
#include "view/map.h"

#include <string.h>

#include "base/bits.h"
#include "view/changes.h"
#include "view/map_cell.h"
#include "view/map_damage.h"
#include "view/map_parts.h"

enum style map_block_style(const struct picture *picture, const struct block *block)
{
    const struct allocation *allocation;
    uint32_t shade = 0;

    switch ((enum hg_kind)block->kind) {
    case HG_KIND_FREE: return STYLE_FREE;
    case HG_KIND_BOOKKEEPING: return STYLE_BOOKKEEPING;
    case HG_KIND_UNREADABLE: return STYLE_UNREADABLE;
    case HG_KIND_UNTOLD: return STYLE_DIM;
    case HG_KIND_USED: break;
    }
    switch (marks_get(&picture->marks, block->at)) {
    case MARK_NONE: break;
    case MARK_GREY: return STYLE_MERGED;
    case MARK_BLACK: return STYLE_REMAINDER;
    case MARK_ORPHAN: return STYLE_DIM;
    }
    allocation = ledger_find(&picture->ledger, block->at + block->header);
    if (allocation && allocation->lost_in > 0)
        return STYLE_LEAKED;
    if (allocation)
        shade = picture_leading(picture, allocation);
    return (enum style)(STYLE_USED_1 + shade % USED_SHADES);
}

static uint64_t heap_size(const struct picture *picture)
{
    return picture->metrics.heap_size;
}

struct map_room map_room(struct area area, const struct view_options *options)
{
    return (struct map_room){area.rows > 1 ? area.rows - 1 : area.rows, area.columns,
                             options->hilbert};
}

static bool has_room(struct area area)
{
    return area.rows > 0 && area.columns > 0;
}

static bool is_zoomed(const struct scene *scene, struct area area,
                      const struct view_options *options)
{
    return has_room(area) &&
           outlook_is_zoomed(scene->outlook, heap_size(scene->picture), map_room(area, options));
}

struct window map_window(const struct scene *scene, struct area area,
                         const struct view_options *options)
{
    const struct picture *picture = scene->picture;
    struct map_room room = map_room(area, options);
    struct window window;

    if (!has_room(area))
        return (struct window){.cell_bytes = 1, .cell_columns = 1, .cell_rows = 1};
    if (is_zoomed(scene, area, options))
        return outlook_window(scene->outlook, heap_size(picture), room);
    room.rows = area.rows;
    window =
        window_of_all(scene->scale > heap_size(picture) ? scene->scale : heap_size(picture), room);
    window.high = heap_size(picture);
    window.cells = (size_t)(bits_round_up(window.high, window.cell_bytes) / window.cell_bytes);
    return window;
}

/* The last block that is in use, if it is among the last `most` blocks; else NULL. */
static const struct block *find_last_used(const struct picture *picture, uint64_t most)
{
    struct block_cursor cursor;
    const struct block *block;

    if (heap_size(picture) == 0)
        return NULL;
    cursor = block_table_find(&picture->blocks, heap_size(picture) - 1);
    for (; most > 0 && (block = block_cursor_get(&cursor)); most--) {
        if (block->kind == HG_KIND_USED)
            return block;
        block_cursor_previous(&cursor);
    }
    return NULL;
}

void map_find_live(const struct picture *picture, struct map_room room, uint64_t *ret_low,
                   uint64_t *ret_high)
{
    uint64_t most = FINE_CELL_BYTES * (uint64_t)room.rows * (uint64_t)room.columns;
    struct block_cursor cursor = block_table_find(&picture->blocks, 0);
    const struct block *last = find_last_used(picture, most), *first;

    *ret_low = *ret_high = 0;
    while ((first = block_cursor_get(&cursor)) && first->kind == HG_KIND_BOOKKEEPING)
        block_cursor_next(&cursor);
    if (!first || !last || last->at + last->size - first->at > most)
        return;
    *ret_low = first->at;
    *ret_high = last->at + last->size;
}

/* How many rows of the area the window's cells have: not those of the overview. */
static int window_rows(const struct scene *scene, struct area area,
                       const struct view_options *options)
{
    return is_zoomed(scene, area, options) && area.rows > 1 ? area.rows - 1 : area.rows;
}

uint64_t map_row_away(const struct scene *scene, struct area area,
                      const struct view_options *options, uint64_t at, int direction)
{
    struct window window = map_window(scene, area, options);
    uint64_t row_bytes = window.cell_bytes * (uint64_t)window.row_cells;
    int rows = window_rows(scene, area, options);
    struct curve curve;
    struct place place;
    size_t cell;

    if (!options->hilbert && direction < 0)
        return at > row_bytes ? at - row_bytes : 0;
    if (!options->hilbert)
        return at + row_bytes;
    curve = curve_create(true, area.columns, rows);
    cell = at > window.low ? (size_t)((at - window.low) / window.cell_bytes) : 0;
    place = curve_place(&curve, cell < window.cells ? cell : window.cells - 1);
    place.row += direction;
    if (place.row >= 0 && place.row < rows && curve_cell(&curve, place) < window.cells)
        at = window.low + curve_cell(&curve, place) * window.cell_bytes;
    curve_finish(&curve);
    return at;
}

/* Who points at a cell means the first block in it. */
static void link_cell(const struct map *map, size_t index, const struct block *first)
{
    struct cell *cell = map_cell_at(map, index);
    uint64_t first_end = first->at + first->size;
    uint64_t end = map->window.low + (index + 1) * map->window.cell_bytes;

    cell->link = LINK_BLOCK;
    cell->to = first->at;
    cell->until = first_end > end ? first_end : end;
}

/* Draw the cells behind `index`, which `block` fills, that look like it. Returns how many they
 * are. */
static size_t repeat_cell(const struct map *map, size_t index, const struct block *block)
{
    size_t count = map_cell_repeats(map, index, block), run;
    const struct cell *cell = map_cell_at(map, index);

    for (size_t done = 0; done < count; done += run) {
        struct cell *cells = map_cell_run(map, index + 1 + done, count - done, &run);

        for (size_t i = 0; i < run; i++)
            cells[i] = *cell;
    }
    return count;
}

static void draw_blocks(const struct map *map)
{
    const struct block_table *blocks = &map->picture->blocks;
    struct block_cursor cursor = {0};
    const struct block *first = NULL, *next; /* of the cell; NULL: to be looked for */

    for (size_t index = 0; index < map->window.cells; index++, first = next) {
        next = NULL;
        if (map_cell_draw_known(map, index))
            continue;
        if (!first) {
            cursor = block_table_find(blocks, map->window.low + index * map->window.cell_bytes);
            first = block_cursor_get(&cursor);
        }
        if (!first)
            return;
        map_cell_draw(map, index, &cursor);
        link_cell(map, index, first);
        next = block_cursor_get(&cursor);
        if (next == first)
            index += repeat_cell(map, index, first);
        if (next != first || index + 1 == map->window.cells)
            map_cell_add_name(map, first);
    }
}

static void draw_cells(const struct map *map)
{
    if (map->window.is_fine)
        map_parts_draw(map);
    else
        draw_blocks(map);
}

/* ---- What the last step changed ---- */

/* Whether a cell shows nothing but what kind of block it is. */
static bool is_blank(const struct map *map, const struct cell *cell)
{
    static const enum glyph fills[] = {GLYPH_FREE, GLYPH_USED, GLYPH_LEAKED};
    bool is_fill = cell->glyph == ' ';

    for (size_t i = 0; i < sizeof fills / sizeof fills[0]; i++)
        is_fill = is_fill || cell->glyph == view_glyph(map->options, fills[i]);
    return is_fill && cell->rest == STYLE_NONE;
}

/* Mark what of a cell is heap. */
static void mark_part(struct cell *cell, enum change change)
{
    uint8_t *style = cell->style == STYLE_OUTSIDE ? &cell->rest : &cell->style;

    *style = (uint8_t)change_style(change);
}

/* Let a cell that is marked bear the sign, whatever stands there. */
static void put_sign(struct cell *cell, uint32_t sign)
{
    if (cell->style != STYLE_HEADER && cell->style != STYLE_PADDING)
        cell->glyph = sign;
}

/* Mark the cells of [low, high), a part of the window: the change's sign stands in those that are
 * blank, and in the last one. */
static void mark_cells(const struct map *map, enum change change, uint64_t low, uint64_t high)
{
    uint64_t bytes = map->window.cell_bytes, columns = (uint64_t)map->window.cell_columns;
    size_t first = (size_t)(bits_round_up(low - map->window.low, bytes) / bytes * columns);
    size_t end = (size_t)((high - map->window.low) / bytes * columns), run;
    uint32_t sign = (uint32_t)change_sign(change);
    uint8_t style = (uint8_t)change_style(change);

    if (first >= end) /* a part of one cell, whose glyph tells how much of it is in use */
        mark_part(map_cell_at(map, (size_t)((low - map->window.low) / bytes)), change);
    for (size_t index = first; index < end; index += run) {
        struct cell *cells = map_cell_run(map, index, end - index, &run);

        for (struct cell *cell = cells; cell < cells + run; cell++) {
            if (cell->style == STYLE_HEADER || cell->style == STYLE_PADDING)
                continue;
            if (is_blank(map, cell))
                cell->glyph = sign;
            cell->style = style;
        }
    }
    if (first + 1 < end && high < map->window.high && !map->window.is_fine)
        put_sign(map_cell_at(map, end - 1), sign);
}

static void mark_region(const struct map *map, const struct changed_region *region)
{
    struct block_cursor cursor = block_table_find(&map->picture->blocks, region->at);
    uint64_t region_end = region->at + region->size;
    const struct block *block;

    if (region_end > map->window.high)
        region_end = map->window.high;
    for (; (block = block_cursor_get(&cursor)) && block->at < region_end;
         block_cursor_next(&cursor)) {
        uint64_t low = block->at > region->at ? block->at : region->at;
        uint64_t high = block->at + block->size;

        if (low < map->window.low)
            low = map->window.low;
        if (high > region_end)
            high = region_end;
        if (low < high && change_shows_on(region->change, block))
            mark_cells(map, region->change, low, high);
    }
}

static void mark_changes(const struct map *map)
{
    const struct picture *picture = map->picture;
    struct changed_region region;

    for (size_t i = 0; picture->events.items && i < picture->events.count; i++) {
        if (change_of_event(&picture->events.items[i], &region))
            mark_region(map, &region);
    }
}

/* ---- Pages of memory ---- */

enum { PAGE_BYTES = 4096 };

bool map_shows_pages(const struct window *window, const struct picture *picture)
{
    enum { LEAST_CELLS = 16 };
    uint64_t low = picture->heap_start + window->low, high = picture->heap_start + window->high;

    return window->cell_bytes * LEAST_CELLS <= PAGE_BYTES &&
           low / PAGE_BYTES < (high - 1) / PAGE_BYTES;
}

/* Mark the cells in which pages begin, but for those that have more to tell. */
static void mark_pages(const struct map *map)
{
    const struct window *window = &map->window;
    uint64_t start = map->picture->heap_start, page = start + window->low + PAGE_BYTES - 1;

    for (page -= page % PAGE_BYTES; page < start + window->high; page += PAGE_BYTES) {
        size_t cell = (size_t)((page - start - window->low) / window->cell_bytes);
        size_t column = cell * (size_t)window->cell_columns;
        struct cell *here = map_cell_at(map, column);
        bool goes_on = column > 0 && map_cell_at(map, column - 1)->glyph == here->glyph;

        if (cell > 0 && here->rest == STYLE_NONE && (goes_on || is_blank(map, here)))
            here->glyph = view_glyph(map->options, GLYPH_PAGE);
    }
}

/* ---- Overview ---- */

static void put_end(const struct map *map, uint64_t at, char end)
{
    struct cell *cell = map_cell_at(map, (size_t)(at / map->window.cell_bytes));

    *cell = (struct cell){.glyph = (uint32_t)end, .style = STYLE_STRONG, .rest = STYLE_NONE};
}

/* All of the heap in one row, dim but for what `window` shows, which stands between brackets. */
static void draw_overview(const struct map *below, struct area area)
{
    struct view_options options = *below->options;
    struct map map = {
        .grid = below->grid,
        .area = {area.row, area.column, 1, area.columns},
        .curve = curve_create(false, area.columns, 1),
        .picture = below->picture,
        .options = &options,
        .window =
            window_of_all(heap_size(below->picture), (struct map_room){1, area.columns, false}),
    };
    size_t first, last;

    options.unstyled = true;
    first = (size_t)(below->window.low / map.window.cell_bytes);
    last = (size_t)((below->window.high - 1) / map.window.cell_bytes);
    draw_cells(&map);
    for (size_t index = 0; index < map.window.cells; index++) {
        struct cell *cell = map_cell_at(&map, index);

        if (index < first || index > last)
            *cell = (struct cell){.glyph = cell->glyph, .style = STYLE_DIM, .rest = STYLE_NONE};
    }
    put_end(&map, below->window.low, '[');
    put_end(&map, below->window.high - 1, first == last ? '|' : ']');
}

/* Mark the block that the views are about. */
static void mark_focus(const struct map *map, const struct scene *scene, struct area area)
{
    const struct block *block = block_table_get(&scene->picture->blocks, scene->focus);

    if (block)
        grid_focus(map->grid, area, block->at, block->at + block->size);
}

/* All that the map shows of the heap, but for what is looked at. */
static void draw_window(const struct map *map)
{
    draw_cells(map);
    mark_changes(map);
    if (map->area.rows > 1 && map_shows_pages(&map->window, map->picture))
        mark_pages(map);
    if (map->window.is_fine)
        map_parts_finish(map);
    map_damage_mark(map);
}

void map_draw(struct grid *grid, struct area area, const struct scene *scene,
              const struct view_options *options)
{
    struct map map = {.grid = grid, .area = area, .picture = scene->picture, .options = options};
    int columns = area.columns;

    grid_fill(grid, area, ' ', STYLE_OUTSIDE);
    if (!has_room(area) || heap_size(scene->picture) == 0)
        return;
    map.window = map_window(scene, area, options);
    map.area.rows = window_rows(scene, area, options);
    map.area.row += area.rows - map.area.rows;
    if (map.area.rows < area.rows)
        draw_overview(&map, area);
    if (map.window.is_fine && !options->hilbert)
        columns = map.window.row_cells * map.window.cell_columns;
    map.curve = curve_create(options->hilbert, columns, map.area.rows / map.window.cell_rows);
    draw_window(&map);
    mark_focus(&map, scene, area);
    if (map.window.is_fine)
        map_parts_add_places(&map, scene->focus);
    curve_finish(&map.curve);
    grid_light(grid, area, scene->lit_low, scene->lit_high, view_glyph(options, GLYPH_LIT));
}
