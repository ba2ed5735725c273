/* map.c: see map.h. */
#include "view/map.h"

#include <string.h>

#include "base/bits.h"
#include "view/changes.h"
#include "view/map_cell.h"
#include "view/map_damage.h"

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
    allocation = ledger_find(&picture->ledger, block->at + block->header);
    if (allocation && allocation->referrer != NO_VARIABLE)
        shade = allocation->referrer;
    return (enum style)(STYLE_USED_1 + shade % USED_SHADES);
}

static uint64_t heap_size(const struct picture *picture)
{
    return picture->metrics.heap_size;
}

size_t map_cells(struct area area)
{
    int rows = area.rows > 1 ? area.rows - 1 : area.rows;

    return rows > 0 && area.columns > 0 ? (size_t)rows * (size_t)area.columns : 0;
}

static bool is_zoomed(const struct scene *scene, struct area area)
{
    return outlook_is_zoomed(scene->outlook, heap_size(scene->picture), map_cells(area));
}

struct window map_window(const struct scene *scene, struct area area)
{
    const struct picture *picture = scene->picture;
    struct window window;

    if (is_zoomed(scene, area))
        return outlook_window(scene->outlook, heap_size(picture), map_cells(area));
    window = window_of_all(scene->scale > heap_size(picture) ? scene->scale : heap_size(picture),
                           (size_t)area.rows * (size_t)area.columns);
    window.high = heap_size(picture);
    window.cells = (size_t)(bits_round_up(window.high, window.cell_bytes) / window.cell_bytes);
    return window;
}

/* How many rows of the area the window's cells have: not those of the overview. */
static int window_rows(const struct scene *scene, struct area area)
{
    return is_zoomed(scene, area) && area.rows > 1 ? area.rows - 1 : area.rows;
}

uint64_t map_row_away(const struct scene *scene, struct area area,
                      const struct view_options *options, uint64_t at, int direction)
{
    struct window window = map_window(scene, area);
    uint64_t row_bytes = window.cell_bytes * (uint64_t)area.columns;
    int rows = window_rows(scene, area);
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
    size_t count = map_cell_repeats(map, index, block);
    const struct cell *cell = map_cell_at(map, index);

    for (size_t i = 1; i <= count; i++)
        *map_cell_at(map, index + i) = *cell;
    return count;
}

static void draw_cells(const struct map *map)
{
    struct block_cursor cursor = block_table_find(&map->picture->blocks, map->window.low);

    for (size_t index = 0; index < map->window.cells && block_cursor_get(&cursor); index++) {
        struct block first = *block_cursor_get(&cursor);
        const struct block *next;

        map_cell_draw(map, index, &cursor);
        link_cell(map, index, &first);
        next = block_cursor_get(&cursor);
        if (next && next->at == first.at)
            index += repeat_cell(map, index, &first);
        if (!next || next->at != first.at || index + 1 == map->window.cells)
            map_cell_add_name(map, &first);
    }
}

/* ---- What the last step changed ---- */

/* Mark what of a cell is heap. */
static void mark_part(struct cell *cell, enum change change)
{
    uint8_t *style = cell->style == STYLE_OUTSIDE ? &cell->rest : &cell->style;

    *style = (uint8_t)change_style(change);
}

/* Mark the cells of [low, high), a part of the window: the change's sign stands in those that are
 * blank, and in the last one. */
static void mark_cells(const struct map *map, enum change change, uint64_t low, uint64_t high)
{
    uint64_t bytes = map->window.cell_bytes;
    size_t first = (size_t)(bits_round_up(low - map->window.low, bytes) / bytes);
    size_t end = (size_t)((high - map->window.low) / bytes);
    uint32_t free = view_glyph(map->options, GLYPH_FREE), sign = (uint32_t)change_sign(change);
    uint32_t used = view_glyph(map->options, GLYPH_USED);
    uint8_t style = (uint8_t)change_style(change);

    if (first >= end) /* a part of one cell, whose glyph tells how much of it is in use */
        mark_part(map_cell_at(map, (size_t)((low - map->window.low) / bytes)), change);
    for (size_t index = first; index < end; index++) {
        struct cell *cell = map_cell_at(map, index);
        bool is_blank = cell->glyph == ' ' || cell->glyph == free || cell->glyph == used;

        if (cell->style == STYLE_HEADER || cell->style == STYLE_PADDING)
            continue;
        if (is_blank || (index > first && index + 1 == end && high < map->window.high))
            cell->glyph = sign;
        cell->style = style;
    }
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
    struct map map = *below;
    size_t first, last;

    options.unstyled = true;
    map.options = &options;
    map.area = (struct area){area.row, area.column, 1, area.columns};
    map.curve = curve_create(false, area.columns, 1);
    map.window = window_of_all(heap_size(map.picture), (size_t)area.columns);
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

void map_draw(struct grid *grid, struct area area, const struct scene *scene,
              const struct view_options *options)
{
    struct map map = {.grid = grid, .area = area, .picture = scene->picture, .options = options};

    grid_fill(grid, area, ' ', STYLE_OUTSIDE);
    if (area.rows <= 0 || area.columns <= 0)
        return;
    map.window = map_window(scene, area);
    map.area.rows = window_rows(scene, area);
    map.area.row += area.rows - map.area.rows;
    if (map.area.rows < area.rows)
        draw_overview(&map, area);
    map.curve = curve_create(options->hilbert, map.area.columns, map.area.rows);
    draw_cells(&map);
    mark_changes(&map);
    map_damage_mark(&map);
    curve_finish(&map.curve);
    mark_focus(&map, scene, area);
    grid_light(grid, area, scene->lit_low, scene->lit_high, view_glyph(options, GLYPH_LIT));
}
