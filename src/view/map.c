/* map.c: see map.h. */
#include "view/map.h"

#include <string.h>

#include "base/bits.h"

enum { LEAST_CELL_BYTES = 16, EIGHTHS = 8 };

struct map_scale map_scale(const struct session *session, size_t cells)
{
    uint64_t size = session->mirror->metrics.heap_size;
    uint64_t bytes = LEAST_CELL_BYTES;

    while (bits_round_up(size, bytes) / bytes > cells) {
        if (bits_is_power_of_two(bytes) && bytes > LEAST_CELL_BYTES)
            bytes += bytes / 2; /* 2^n to 3 * 2^(n-1) */
        else
            bytes = bits_is_power_of_two(bytes) ? 2 * bytes : bytes / 3 * 4;
    }
    return (struct map_scale){.cell_bytes = bytes, .cells = bits_round_up(size, bytes) / bytes};
}

enum style map_block_style(const struct session *session, const struct block *block)
{
    const struct allocation *allocation;
    uint32_t shade = 0;

    switch ((enum hg_kind)block->kind) {
    case HG_FREE: return STYLE_FREE;
    case HG_BOOKKEEPING: return STYLE_BOOKKEEPING;
    case HG_UNREADABLE: return STYLE_UNREADABLE;
    case HG_USED: break;
    }
    allocation = ledger_find(&session->mirror->ledger, block->at + block->header);
    if (allocation && allocation->owner != LEDGER_NO_OWNER)
        shade = allocation->owner;
    return (enum style)(STYLE_USED_1 + shade % USED_SHADES);
}

/* A map in the making. */
struct map {
    struct grid *grid;
    struct area area;
    const struct session *session;
    const struct view_options *options;
    struct map_scale scale;
};

static void put(const struct map *map, size_t index, uint32_t glyph, enum style style,
                enum style rest)
{
    int columns = map->area.columns;

    grid_put_partial(map->grid, map->area.row + (int)(index / (size_t)columns),
                     map->area.column + (int)(index % (size_t)columns), glyph, style, rest);
}

/* ---- Cells inside one block ---- */

static enum glyph kind_glyph(const struct block *block)
{
    switch ((enum hg_kind)block->kind) {
    case HG_FREE: return GLYPH_FREE;
    case HG_USED: return GLYPH_USED;
    case HG_BOOKKEEPING: return GLYPH_BOOKKEEPING;
    case HG_UNREADABLE: return GLYPH_UNREADABLE;
    }
    return GLYPH_UNREADABLE;
}

/* What stands in the cell number `place` of the `count` that a used block fills: its name, once; a
 * name of one letter all over. */
static uint32_t used_glyph(const struct map *map, const struct block *block, size_t place,
                           size_t count)
{
    const char *name = session_block_name(map->session, block);
    size_t length = name ? strlen(name) : 0;

    if (length == 1)
        return (unsigned char)name[0];
    if (length > 0 && length <= count && place < length)
        return (unsigned char)name[place];
    return map->options->unstyled || length == 0 || length > count
               ? view_glyph(map->options, GLYPH_USED)
               : ' ';
}

static void draw_whole(const struct map *map, size_t index, const struct block *block)
{
    uint64_t bytes = map->scale.cell_bytes;
    size_t first = (size_t)(bits_round_up(block->at, bytes) / bytes);
    size_t end = (size_t)((block->at + block->size) / bytes);
    enum style style = map_block_style(map->session, block);
    uint32_t glyph = view_glyph(map->options, kind_glyph(block));

    if (block->kind == HG_USED)
        glyph = used_glyph(map, block, index - first, end > first ? end - first : 1);
    put(map, index, glyph, style, STYLE_NONE);
}

/* ---- Cells of several blocks ---- */

/* A share of a cell in eighths, of which anything at all gets one, and nothing gets all. */
static unsigned eighths(uint64_t part, uint64_t whole)
{
    uint64_t share = (part * EIGHTHS + whole / 2) / whole;

    return share < 1 ? 1 : share > EIGHTHS - 1 ? EIGHTHS - 1 : (unsigned)share;
}

/* A cell in which `left` ends and `right` begins. */
static void draw_meeting(const struct map *map, size_t index, const struct block *left,
                         enum style right_style, bool right_is_filled, uint64_t left_bytes)
{
    const struct view_options *options = map->options;
    unsigned share = eighths(left_bytes, map->scale.cell_bytes);
    enum style left_style = map_block_style(map->session, left);
    uint32_t glyph = view_bar(options, share);

    if (left->kind == HG_BOOKKEEPING && options->ascii)
        glyph = view_glyph(options, GLYPH_BOOKKEEPING);
    else if (options->unstyled && left->kind == HG_FREE && right_is_filled)
        glyph = options->ascii ? view_bar(options, EIGHTHS - share) : 0x2590; /* the right half */
    else if (options->unstyled && left->kind != HG_FREE && right_is_filled)
        glyph = view_glyph(options, GLYPH_VERTICAL);
    put(map, index, glyph, left_style, right_style);
}

/* A cell of many blocks: how much of it is in use. */
static void draw_crowd(const struct map *map, size_t index, const struct block_extent *extent)
{
    uint64_t used = extent->bytes[HG_USED] + extent->bytes[HG_BOOKKEEPING];
    uint64_t all = used + extent->bytes[HG_FREE];

    if (extent->bytes[HG_UNREADABLE])
        put(map, index, view_glyph(map->options, GLYPH_UNREADABLE), STYLE_UNREADABLE, STYLE_NONE);
    else if (extent->bytes[HG_FREE] == 0)
        put(map, index, view_glyph(map->options, GLYPH_MANY), STYLE_CROWD, STYLE_NONE);
    else
        put(map, index, view_column(map->options, eighths(used, all)), STYLE_CROWD, STYLE_FREE);
}

/* Draw the cell number `index`, which begins in the block under the cursor; then the cursor is
 * where the next cell begins. */
static void draw_cell(const struct map *map, size_t index, struct block_cursor *cursor)
{
    uint64_t low = index * map->scale.cell_bytes, high = low + map->scale.cell_bytes;
    uint64_t heap_end = map->session->mirror->metrics.heap_size;
    const struct block *first = block_cursor_get(cursor), *last;
    uint64_t first_end = first->at + first->size;
    struct block_cursor before = *cursor;
    struct block_extent extent;

    if (first_end > high)
        extent = (struct block_extent){.blocks = 1};
    else
        extent = block_cursor_sum(cursor, low, high);
    if (extent.blocks == 1) {
        if (first_end == heap_end && heap_end < high)
            draw_meeting(map, index, first, STYLE_OUTSIDE, false, first_end - low);
        else
            draw_whole(map, index, first);
        return;
    }
    block_cursor_next(&before);
    last = block_cursor_get(&before);
    if (extent.blocks == 2)
        draw_meeting(map, index, first, map_block_style(map->session, last), last->kind != HG_FREE,
                     first_end - low);
    else
        draw_crowd(map, index, &extent);
}

void map_draw(struct grid *grid, struct area area, const struct scene *scene,
              const struct view_options *options)
{
    size_t cells = area.rows > 0 && area.columns > 0 ? (size_t)area.rows * (size_t)area.columns : 0;
    struct map map = {.grid = grid, .area = area, .session = scene->session, .options = options};
    struct block_cursor cursor = block_table_find(&map.session->mirror->blocks, 0);

    grid_fill(grid, area, ' ', STYLE_OUTSIDE);
    if (cells == 0)
        return;
    map.scale = map_scale(map.session, cells);
    for (size_t index = 0; index < map.scale.cells && block_cursor_get(&cursor); index++)
        draw_cell(&map, index, &cursor);
}
