/* map_cell.c: see map_cell.h. */
#include "view/map_cell.h"

#include <string.h>

#include "base/bits.h"
#include "session/block_cells.h"
#include "view/map.h"

enum { EIGHTHS = 8 };

static void put(const struct map *map, size_t index, uint32_t glyph, enum style style,
                enum style rest)
{
    struct cell *cell = map_cell_at(map, index);

    if (cell)
        *cell = (struct cell){.glyph = glyph, .style = (uint8_t)style, .rest = (uint8_t)rest};
}

static uint64_t end_of(const struct block *block)
{
    return block->at + block->size;
}

/* ---- Parts of blocks ---- */

enum part { PART_PAYLOAD, PART_HEADER, PART_FOOTER, PART_PADDING };

/* How many bytes of [at, end) lie in [low, high). */
static uint64_t overlap(uint64_t at, uint64_t end, uint64_t low, uint64_t high)
{
    uint64_t from = at > low ? at : low, to = end < high ? end : high;

    return to > from ? to - from : 0;
}

/* Header and footer are told apart where they take a quarter of a cell, and the block has cells
 * besides. */
static bool shows_tags(const struct map *map, const struct block *block)
{
    return block->size >= 2 * map->window.cell_bytes;
}

/* What [low, high), a cell or what of it lies in the block, is to be drawn as. */
static enum part part_of(const struct map *map, const struct block *block, uint64_t low,
                         uint64_t high)
{
    uint64_t end = end_of(block), footer = end - block->footer, bytes = map->window.cell_bytes;

    if (shows_tags(map, block)) {
        if (4 * overlap(block->at, block->at + block->header, low, high) >= bytes)
            return PART_HEADER;
        if (4 * overlap(footer, end, low, high) >= bytes)
            return PART_FOOTER;
    }
    if (2 * overlap(footer - block_padding(block), footer, low, high) > bytes)
        return PART_PADDING;
    return PART_PAYLOAD;
}

static void put_part(const struct map *map, size_t index, enum part part)
{
    static const enum glyph glyphs[] = {
        [PART_HEADER] = GLYPH_HEADER, [PART_FOOTER] = GLYPH_FOOTER, [PART_PADDING] = GLYPH_PADDING};

    put(map, index, view_glyph(map->options, glyphs[part]),
        part == PART_PADDING ? STYLE_PADDING : STYLE_HEADER, STYLE_NONE);
}

/* ---- Cells inside one block ---- */

static enum glyph used_block_glyph(const struct picture *picture, const struct block *block)
{
    switch (marks_get(&picture->marks, block->at)) {
    case MARK_NONE: break;
    case MARK_GREY: return GLYPH_GREY;
    case MARK_BLACK: return GLYPH_BLACK;
    case MARK_ORPHAN: return GLYPH_ORPHAN;
    }
    return map_block_style(picture, block) == STYLE_LEAKED ? GLYPH_LEAKED : GLYPH_USED;
}

enum glyph map_block_glyph(const struct picture *picture, const struct block *block)
{
    switch ((enum hg_kind)block->kind) {
    case HG_KIND_FREE: return GLYPH_FREE;
    case HG_KIND_USED: return used_block_glyph(picture, block);
    case HG_KIND_BOOKKEEPING: return GLYPH_BOOKKEEPING;
    case HG_KIND_UNREADABLE: return GLYPH_UNREADABLE;
    case HG_KIND_UNTOLD: return GLYPH_UNTOLD;
    }
    return GLYPH_UNREADABLE;
}

/* What stands in the cell number `place` of the `count` that a used block fills: a name of one
 * letter all over; a longer one once, if the cells lie side by side. */
static uint32_t used_glyph(const struct map *map, const struct block *block, size_t place,
                           size_t count)
{
    const char *name = picture_block_name(map->picture, block);
    bool is_marked = marks_get(&map->picture->marks, block->at) != MARK_NONE;
    size_t length = name && !is_marked ? strlen(name) : 0;
    bool has_room = length > 0 && length <= count && !map->curve.places;

    if (length == 1)
        return (unsigned char)name[0];
    if (has_room && place < length)
        return (unsigned char)name[place];
    if (!map->options->unstyled && has_room)
        return ' ';
    return view_glyph(map->options, map_block_glyph(map->picture, block));
}

/* The first and the last cell that lie in the block alone, as far as the window shows them. A
 * header that shows has the first ones. */
static void find_cells(const struct map *map, const struct block *block, size_t *ret_first,
                       size_t *ret_end)
{
    const struct window *window = &map->window;
    uint64_t bytes = window->cell_bytes, start = block->at;

    if (shows_tags(map, block) && 4u * block->header >= bytes)
        start += block->header - (block->header < bytes ? 0 : bytes / 4);
    *ret_first =
        start > window->low ? (size_t)(bits_round_up(start - window->low, bytes) / bytes) : 0;
    *ret_end = (size_t)((end_of(block) - window->low) / bytes);
    *ret_end = *ret_end < window->cells ? *ret_end : window->cells;
}

static void draw_whole(const struct map *map, size_t index, const struct block *block)
{
    uint64_t low = map->window.low + index * map->window.cell_bytes;
    enum part part = part_of(map, block, low, low + map->window.cell_bytes);
    enum style style = map_block_style(map->picture, block);
    uint32_t glyph = view_glyph(map->options, map_block_glyph(map->picture, block));
    size_t first, end;

    if (part != PART_PAYLOAD) {
        put_part(map, index, part);
        return;
    }
    find_cells(map, block, &first, &end);
    if (block->kind == HG_KIND_USED)
        glyph = used_glyph(map, block, index - first, end > first ? end - first : 1);
    put(map, index, glyph, style, STYLE_NONE);
}

size_t map_cell_repeats(const struct map *map, size_t index, const struct block *block)
{
    uint64_t bytes = map->window.cell_bytes, low = map->window.low + index * bytes;
    uint64_t end = end_of(block) - block->footer - block_padding(block);
    const char *name = block->kind == HG_KIND_USED ? picture_block_name(map->picture, block) : NULL;
    size_t first, last, until;

    find_cells(map, block, &first, &last);
    if (low < block->at + block->header || end == 0 || end <= low + bytes || index < first ||
        (name && index - first < strlen(name)))
        return 0;
    if (end == end_of(block))
        end--; /* the block's last cell leads on to the next block */
    until = (size_t)((end - map->window.low) / bytes);
    until = until < map->window.cells ? until : map->window.cells;
    return until > index + 1 ? until - index - 1 : 0;
}

/* ---- Names along a curve ---- */

/* The cell at a place of the map, if it shows nothing but that it is the block's. */
static struct cell *blank_cell(const struct map *map, const struct block *block, struct place place)
{
    struct cell *cell =
        grid_at(map->grid, map->area.row + place.row, map->area.column + place.column);

    if (place.column >= map->area.columns || cell->to != block->at || cell->rest != STYLE_NONE ||
        cell->glyph != view_glyph(map->options, GLYPH_USED))
        return NULL;
    return cell;
}

static bool has_room(const struct map *map, const struct block *block, struct place place,
                     size_t columns)
{
    for (size_t i = 0; i < columns; i++, place.column++) {
        if (!blank_cell(map, block, place))
            return false;
    }
    return true;
}

static bool is_read_before(struct place a, struct place b)
{
    return a.row < b.row || (a.row == b.row && a.column < b.column);
}

void map_cell_add_name(const struct map *map, const struct block *block)
{
    struct place best = {.row = map->area.rows};
    const char *name = NULL;
    size_t first, end;

    if (!map->curve.places || block->kind != HG_KIND_USED)
        return;
    find_cells(map, block, &first, &end);
    if (first < end)
        name = picture_block_name(map->picture, block);
    if (!name || strlen(name) == 1)
        return;
    for (size_t index = first; index < end; index++) {
        struct place place = curve_place(&map->curve, index);

        if (is_read_before(place, best) && has_room(map, block, place, strlen(name)))
            best = place;
    }
    if (best.row == map->area.rows)
        return;
    for (size_t index = first; index < end && !map->options->unstyled; index++) {
        struct cell *cell = blank_cell(map, block, curve_place(&map->curve, index));

        if (cell)
            cell->glyph = ' ';
    }
    for (size_t i = 0; name[i]; i++)
        grid_at(map->grid, map->area.row + best.row, map->area.column + best.column + (int)i)
            ->glyph = (unsigned char)name[i];
}

/* ---- Cells of several blocks ---- */

/* A share of a cell in eighths, of which anything at all gets one, and nothing gets all. */
static unsigned eighths(uint64_t part, uint64_t whole)
{
    uint64_t share = (part * EIGHTHS + whole / 2) / whole;

    return share < 1 ? 1 : share > EIGHTHS - 1 ? EIGHTHS - 1 : (unsigned)share;
}

/* Whether the map goes on to the left of a cell, or comes from its right. */
static bool goes_left(const struct map *map, size_t index)
{
    struct place here = curve_place(&map->curve, index), before = here, next = here;

    if (index > 0)
        before = curve_place(&map->curve, index - 1);
    if (index + 1 < map->window.cells)
        next = curve_place(&map->curve, index + 1);
    return (next.row == here.row && next.column < here.column) ||
           (before.row == here.row && before.column > here.column);
}

/* A cell in which `left` ends and what is drawn in `right_style` begins; the other way round where
 * the map goes to the left. */
static void draw_meeting(const struct map *map, size_t index, const struct block *left,
                         enum style right_style, bool right_is_filled, uint64_t left_bytes)
{
    const struct view_options *options = map->options;
    unsigned share = eighths(left_bytes, map->window.cell_bytes);
    enum style left_style = map_block_style(map->picture, left);
    uint32_t glyph = view_bar(options, share);

    if (left->kind == HG_KIND_BOOKKEEPING && options->ascii)
        glyph = view_glyph(options, GLYPH_BOOKKEEPING);
    else if (options->unstyled && left->kind == HG_KIND_FREE && right_is_filled)
        glyph = options->ascii ? view_bar(options, EIGHTHS - share) : 0x2590; /* the right half */
    else if (options->unstyled && left->kind != HG_KIND_FREE && right_is_filled)
        glyph = view_glyph(options, GLYPH_VERTICAL);
    if (goes_left(map, index) && !options->ascii)
        put(map, index, view_bar(options, EIGHTHS - share), right_style, left_style);
    else
        put(map, index, glyph, left_style, right_style);
}

/* Two blocks of which each has cells besides: the tags where they meet, if they are large enough.
 */
static bool draw_tags(const struct map *map, size_t index, const struct block *left,
                      const struct block *right)
{
    uint64_t low = map->window.low + index * map->window.cell_bytes;
    uint64_t high = low + map->window.cell_bytes;
    bool footer = part_of(map, left, low, high) == PART_FOOTER;

    if (!shows_tags(map, left) || part_of(map, right, low, high) != PART_HEADER)
        return false;
    if (footer)
        put(map, index, view_glyph(map->options, GLYPH_TAGS), STYLE_HEADER, STYLE_NONE);
    else
        put_part(map, index, PART_HEADER);
    return true;
}

/* A cell of many blocks: how much of it is in use. */
static void draw_crowd(const struct map *map, size_t index, const struct block_extent *extent)
{
    uint64_t used = extent->bytes[HG_KIND_USED] + extent->bytes[HG_KIND_BOOKKEEPING];
    uint64_t all = used + extent->bytes[HG_KIND_FREE];

    if (extent->bytes[HG_KIND_UNREADABLE])
        put(map, index, view_glyph(map->options, GLYPH_UNREADABLE), STYLE_UNREADABLE, STYLE_NONE);
    else if (extent->bytes[HG_KIND_FREE] == 0)
        put(map, index, view_glyph(map->options, GLYPH_MANY), STYLE_CROWD, STYLE_NONE);
    else
        put(map, index, view_column(map->options, eighths(used, all)), STYLE_CROWD, STYLE_FREE);
}

bool map_cell_draw_known(const struct map *map, size_t index)
{
    uint64_t bytes = map->window.cell_bytes;
    const struct block_extent *extent =
        block_cells_get(&map->picture->blocks, map->window.low + index * bytes, bytes);

    if (!extent || extent->blocks <= 2 || !map->options->unstyled || map->curve.places)
        return false;
    draw_crowd(map, index, extent);
    return true;
}

void map_cell_draw(const struct map *map, size_t index, struct block_cursor *cursor)
{
    uint64_t low = map->window.low + index * map->window.cell_bytes;
    uint64_t high = low + map->window.cell_bytes;
    uint64_t heap_end = map->picture->metrics.heap_size;
    const struct block *first = block_cursor_get(cursor), *last;
    struct block_cursor second = *cursor;
    struct block_extent extent = {.blocks = 1};

    if (end_of(first) <= high)
        extent = block_cursor_sum(cursor, low, high);
    if (extent.blocks == 1) {
        if (end_of(first) == heap_end && heap_end < high)
            draw_meeting(map, index, first, STYLE_OUTSIDE, false, heap_end - low);
        else
            draw_whole(map, index, first);
        return;
    }
    if (extent.blocks > 2) {
        draw_crowd(map, index, &extent);
        return;
    }
    block_cursor_next(&second);
    last = block_cursor_get(&second);
    if (!draw_tags(map, index, first, last))
        draw_meeting(map, index, first, map_block_style(map->picture, last),
                     last->kind != HG_KIND_FREE, end_of(first) - low);
}
