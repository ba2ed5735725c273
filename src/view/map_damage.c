/* map_damage.c: see map_damage.h. */
#include "view/map_damage.h"

/* Let all characters of a cell, the first of whose columns this is, be of the style. */
static void mark_cell(const struct map *map, size_t column)
{
    for (size_t i = 0; i < (size_t)map->window.cell_columns; i++) {
        for (int below = 0; below < map_shown_rows(map); below++)
            map_cell_below(map, column + i, below)->style = STYLE_DAMAGED;
    }
}

/* Mark the cells of [low, high), as far as the window shows them. */
static void mark(const struct map *map, uint64_t low, uint64_t high)
{
    const struct window *window = &map->window;
    uint64_t from = low > window->low ? low - window->low : 0;
    uint64_t until = high < window->high ? high : window->high;
    size_t first = (size_t)(from / window->cell_bytes);

    for (size_t index = first;
         index < window->cells && window->low + index * window->cell_bytes < until && high > low;
         index++) {
        size_t column = index * (size_t)window->cell_columns;

        if (index == first && low >= window->low) {
            map_cell_at(map, column)->glyph = view_glyph(map->options, GLYPH_DAMAGED);
            map_cell_at(map, column)->rest = STYLE_NONE;
        }
        mark_cell(map, column);
    }
}

void map_damage_mark(const struct map *map)
{
    const struct damage *damage = &map->picture->damage;
    const struct block *block = block_table_get(&map->picture->blocks, damage->defect.at);
    uint64_t marked = UINT64_MAX;

    for (size_t i = 0; i < damage->wounds.count; i++) {
        const struct block *wounded = &damage->wounds.items[i].block;

        if (wounded->at != marked)
            mark(map, wounded->at, wounded->at + wounded->size);
        marked = wounded->at;
    }
    if (damage->defect.broken != HG_INVARIANT_NONE && block)
        mark(map, block->at, block->at + block->size);
}

void map_damage_add_legend(const struct picture *picture, struct text *text)
{
    if (damage_is_known(&picture->damage))
        text_add(text, "  ! damaged");
}
