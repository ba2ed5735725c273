/* map_damage.c: see map_damage.h. */
#include "view/map_damage.h"

enum { SIGN = '!' };

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
        struct cell *cell = map_cell_at(map, index);

        if (!cell)
            continue;
        if (index == first && low >= window->low)
            *cell = (struct cell){.glyph = SIGN,
                                  .link = cell->link,
                                  .to = cell->to,
                                  .until = cell->until,
                                  .rest = STYLE_NONE};
        cell->style = STYLE_UNREADABLE;
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
        text_add(text, "  %c damaged", SIGN);
}
