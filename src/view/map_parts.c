/* map_parts.c: see map_parts.h. */
#include "view/map_parts.h"

#include <stdio.h>
#include <string.h>

#include "view/map.h"
#include "view/map_label.h"
#include "view/words.h"

enum { EIGHTHS = 8 };

/* ---- Parts, one after the other ---- */

struct walk {
    struct block_cursor cursor;
    struct map_part part;
};

static bool has_tags(const struct block *block)
{
    return block->kind == HG_KIND_USED || block->kind == HG_KIND_FREE;
}

/* Where a part of a block begins; of the one behind the last, where the block ends. */
static uint64_t start_of(const struct block *block, int kind)
{
    uint64_t end = block->at + block->size;

    if (!has_tags(block))
        return kind <= MAP_PART_PAYLOAD ? block->at : end;
    switch (kind) {
    case MAP_PART_HEADER: return block->at;
    case MAP_PART_PAYLOAD: return block->at + block->header;
    case MAP_PART_PADDING: return end - block->footer - block_padding(block);
    case MAP_PART_FOOTER: return end - block->footer;
    default: return end;
    }
}

/* Come to the first part, from this one on, that has any bytes. */
static void settle(struct walk *walk, int kind)
{
    struct map_part *part = &walk->part;

    while ((part->block = block_cursor_get(&walk->cursor))) {
        for (; kind <= MAP_PART_FOOTER; kind++) {
            part->kind = (enum map_part_kind)kind;
            part->low = start_of(part->block, kind);
            part->high = start_of(part->block, kind + 1);
            if (part->low < part->high)
                return;
        }
        block_cursor_next(&walk->cursor);
        kind = MAP_PART_HEADER;
    }
}

static void go_on(struct walk *walk)
{
    settle(walk, (int)walk->part.kind + 1);
}

/* The first part that reaches into the window. */
static struct walk walk_begin(const struct map *map)
{
    struct walk walk = {.cursor = block_table_find(&map->picture->blocks, map->window.low)};

    settle(&walk, MAP_PART_HEADER);
    while (walk.part.block && walk.part.high <= map->window.low)
        go_on(&walk);
    return walk;
}

/* ---- Columns ---- */

/* How far an offset in the window is from its start, in eighths of a column. */
static uint64_t eighths_at(const struct map *map, uint64_t at)
{
    const struct window *window = &map->window;
    uint64_t bytes = at > window->low ? at - window->low : 0;

    return bytes * EIGHTHS * (uint64_t)window->cell_columns / window->cell_bytes;
}

static enum style style_of(const struct map *map, const struct map_part *part)
{
    switch (part->kind) {
    case MAP_PART_HEADER:
    case MAP_PART_FOOTER: return STYLE_HEADER;
    case MAP_PART_PADDING: return STYLE_PADDING;
    case MAP_PART_PAYLOAD: break;
    }
    return map_block_style(map->picture, part->block);
}

/* Along a curve a name of one letter stands in all cells. */
static uint32_t curved_glyph(const struct map *map, const struct block *block)
{
    const char *name = picture_block_name(map->picture, block);

    if (name && strlen(name) == 1)
        return (unsigned char)name[0];
    return view_glyph(map->options, map_block_glyph(map->picture, block));
}

static uint32_t glyph_of(const struct map *map, const struct map_part *part)
{
    const struct view_options *options = map->options;

    switch (part->kind) {
    case MAP_PART_HEADER: return view_glyph(options, GLYPH_HEADER);
    case MAP_PART_FOOTER: return view_glyph(options, GLYPH_FOOTER);
    case MAP_PART_PADDING: return view_glyph(options, GLYPH_PADDING);
    case MAP_PART_PAYLOAD: break;
    }
    if (part->block->kind == HG_KIND_USED && map->curve.places)
        return curved_glyph(map, part->block);
    if (part->block->kind == HG_KIND_USED && !options->unstyled)
        return map_block_glyph(map->picture, part->block) == GLYPH_USED
                   ? ' '
                   : view_glyph(options, map_block_glyph(map->picture, part->block));
    return view_glyph(options, map_block_glyph(map->picture, part->block));
}

/* A column that begins in the part of the walk, and in which others may begin: it is divided
 * between the first and the last. */
static void draw_column(const struct map *map, size_t column, const struct walk *walk)
{
    uint64_t low = column * EIGHTHS, high = low + EIGHTHS;
    struct cell *cell = map_cell_at(map, column);
    uint64_t first_end = eighths_at(map, walk->part.high);
    struct walk last = *walk;
    enum style rest = STYLE_OUTSIDE;
    unsigned share;

    *cell = (struct cell){.glyph = glyph_of(map, &walk->part),
                          .style = (uint8_t)style_of(map, &walk->part),
                          .rest = STYLE_NONE};
    if (first_end >= high)
        return;
    if (map->curve.places && first_end - low >= EIGHTHS / 2)
        return; /* which side of the cell is first differs: it is all the larger part's */
    while (last.part.block && eighths_at(map, last.part.high) < high)
        go_on(&last);
    if (last.part.block)
        rest = style_of(map, &last.part);
    if (last.part.block && map->curve.places) {
        cell->glyph = glyph_of(map, &last.part);
        cell->style = (uint8_t)rest;
        return;
    }
    share = (unsigned)(first_end - low);
    cell->glyph = view_bar(map->options, share > 0 ? share : 1);
    cell->rest = (uint8_t)rest;
}

static void link_column(const struct map *map, size_t column, const struct block *block)
{
    const struct window *window = &map->window;
    struct cell *cell = map_cell_at(map, column);
    uint64_t end = window->low + (column / (size_t)window->cell_columns + 1) * window->cell_bytes;

    cell->link = LINK_BLOCK;
    cell->to = block->at;
    cell->until = block->at + block->size > end ? block->at + block->size : end;
}

void map_parts_draw(const struct map *map)
{
    struct walk walk = walk_begin(map);

    for (size_t column = 0; column < map_columns(map); column++) {
        while (walk.part.block && eighths_at(map, walk.part.high) <= column * EIGHTHS)
            go_on(&walk);
        if (!walk.part.block)
            return;
        draw_column(map, column, &walk);
        link_column(map, column, walk.part.block);
    }
}

/* ---- Words ---- */

/* The columns of a part that lie in one row. */
struct stretch {
    size_t first, end;
};

/* The best stretch of the columns [first, end) for `label`: the first that has room for its longest
 * form, else the widest. */
static struct stretch find_stretch(const struct map *map, size_t first, size_t end,
                                   const struct label *label)
{
    size_t row = (size_t)map->curve.columns, wanted = (size_t)grid_text_width(label->forms[0]);
    struct stretch best = {first, first};

    while (first < end && best.end - best.first < wanted) {
        size_t next = (first / row + 1) * row;
        struct stretch stretch = {first, next < end ? next : end};

        if (stretch.end - stretch.first > best.end - best.first)
            best = stretch;
        first = stretch.end;
    }
    return best;
}

/* The whole columns of a part. */
static struct stretch columns_of(const struct map *map, const struct map_part *part)
{
    size_t first = (size_t)((eighths_at(map, part->low) + EIGHTHS - 1) / EIGHTHS);
    size_t end = (size_t)(eighths_at(map, part->high) / EIGHTHS);

    end = end < map_columns(map) ? end : map_columns(map);
    return (struct stretch){first, end > first ? end : first};
}

/* What a label has to leave of a part so that this is known without colours: of padding and of
 * what is free, a sign. */
static int columns_left(const struct map *map, const struct map_part *part)
{
    return part->kind == MAP_PART_PADDING ||
           (part->kind == MAP_PART_PAYLOAD &&
            (map->options->unstyled || part->block->kind != HG_KIND_USED));
}

/* Write a label into the columns of a part, `below` the first row of the cells: to the left, and
 * where there is room with a blank before it and behind. A tag is blank but for that. */
static void write_label(const struct map *map, const struct map_part *part,
                        const struct label *label, int below)
{
    struct stretch columns = columns_of(map, part);
    struct stretch stretch = find_stretch(map, columns.first, columns.end, label);
    int room = (int)(stretch.end - stretch.first), left = columns_left(map, part);
    const char *words = label_choose(label, room - left);
    int width = grid_text_width(words), indent = room >= width + 2 + left;
    bool is_tag = part->kind == MAP_PART_HEADER || part->kind == MAP_PART_FOOTER;

    for (size_t column = columns.first; column < columns.end && is_tag && words[0]; column++)
        map_cell_below(map, column, below)->glyph = ' ';
    for (int i = -indent; words[0] && i < width + indent; i++) {
        struct cell *cell = map_cell_below(map, stretch.first + (size_t)(indent + i), below);

        cell->glyph = i >= 0 && i < width ? (unsigned char)words[i] : ' ';
    }
}

static void write_part(const struct map *map, const struct map_part *part)
{
    bool is_bare = map->options->unstyled;
    struct label line = label_line(map->picture, part, is_bare), name, size;

    if (map_shown_rows(map) == 1) {
        write_label(map, part, &line, 0);
        return;
    }
    name = label_name(map->picture, part, is_bare);
    size = label_size(part);
    write_label(map, part, &name, 0);
    write_label(map, part, &size, 1);
}

/* Along a curve there is no room for more than names. */
static void add_names(const struct map *map)
{
    struct block_cursor cursor = block_table_find(&map->picture->blocks, map->window.low);
    const struct block *block;

    for (; (block = block_cursor_get(&cursor)) && block->at < map->window.high;
         block_cursor_next(&cursor)) {
        if (block->at >= map->window.low)
            map_cell_add_name(map, block);
    }
}

void map_parts_finish(const struct map *map)
{
    if (map->curve.places) {
        add_names(map);
        return;
    }
    for (size_t column = 0; column < map_columns(map); column++) {
        for (int below = 1; below < map_shown_rows(map); below++)
            *map_cell_below(map, column, below) = *map_cell_at(map, column);
    }
    for (struct walk walk = walk_begin(map); walk.part.block && walk.part.low < map->window.high;
         go_on(&walk))
        write_part(map, &walk.part);
}

/* ---- Places ---- */

/* Write where a block is, if there is room up to `end`, a column. */
static void add_place(const struct map *map, const struct block *block, size_t end, bool is_focus)
{
    size_t column = (size_t)((eighths_at(map, block->at) + EIGHTHS - 1) / EIGHTHS);
    struct place place = curve_place(&map->curve, column);
    int room = map->curve.columns - place.column, row;
    char words[WORDS_PLACE_MAX], text[WORDS_PLACE_MAX + 2];

    if (end - column < (size_t)room)
        room = (int)(end - column);
    words_place(map->picture, map->options, block->at, words);
    snprintf(text, sizeof text, "%s%s", is_focus ? "^ " : "", words);
    row = map->area.row + (place.row + 1) * map->window.cell_rows - 1;
    if (grid_text_width(text) < room)
        grid_text(map->grid, row, map->area.column + place.column, room,
                  is_focus ? STYLE_STRONG : STYLE_DIM, text);
}

void map_parts_add_places(const struct map *map, uint64_t focus)
{
    struct block_cursor cursor = block_table_find(&map->picture->blocks, map->window.low);
    const struct block *block;

    if (map->window.cell_rows < 2)
        return;
    while ((block = block_cursor_get(&cursor)) && block->at < map->window.high) {
        struct block here = *block;
        uint64_t end = here.at + here.size;

        block_cursor_next(&cursor);
        if (here.at >= map->window.low)
            add_place(map, &here, (size_t)(eighths_at(map, end) / EIGHTHS),
                      focus - here.at < here.size);
    }
}
