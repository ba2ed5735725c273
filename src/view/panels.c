/* panels.c: see panels.h. */
#include "view/panels.h"

#include <inttypes.h>
#include <string.h>

#include "base/size.h"
#include "view/changes.h"
#include "view/code.h"
#include "view/detail.h"
#include "view/free_list.h"
#include "view/histogram.h"
#include "view/legend.h"
#include "view/map.h"
#include "view/map_damage.h"
#include "view/meters.h"
#include "view/residency.h"
#include "view/ribbon.h"
#include "view/space.h"
#include "view/stack.h"
#include "view/timeline.h"
#include "view/words.h"

/* Append words to a heading, if there are any and all of them have room. */
static bool add_what_fits(const struct text *words, struct area area, struct text *heading)
{
    enum { ENDS_COLUMNS = 4 };
    int columns = grid_text_width(text_string(heading)) + grid_text_width(text_string(words));
    bool fits = words->length > 0 && columns <= area.columns - ENDS_COLUMNS;

    if (fits)
        text_add_string(heading, text_string(words));
    return fits;
}

/* What the signs on the map mean, where that has no row of its own: of as many as have room. */
static void add_signs(const struct picture *picture, struct area area, struct text *heading)
{
    struct text words = {0};
    const char *last;

    changes_add_legend(picture, &words);
    while (!add_what_fits(&words, area, heading) && (last = strrchr(text_string(&words), ',')))
        text_end(&words, words.data + (last - text_string(&words)));
    text_clear(&words);
    map_damage_add_legend(picture, &words);
    add_what_fits(&words, area, heading);
    text_finish(&words);
}

static void head_map(const struct scene *scene, const struct view_options *options,
                     struct area area, struct text *heading)
{
    const struct picture *picture = scene->picture;
    struct window window = map_window(scene, panel_map(area), options);
    uint64_t size = picture->metrics.heap_size;
    char low[WORDS_PLACE_MAX], high[WORDS_PLACE_MAX], bytes[SIZE_TEXT_MAX], all[SIZE_TEXT_MAX];

    if (window.low > 0 || window.high < size)
        text_add(heading, " %s to %s of %s", words_place(picture, options, window.low, low),
                 words_place(picture, options, window.high, high), size_short(size, all));
    if (window.cell_columns > 1)
        text_add(heading, ", %d cells a byte", window.cell_columns);
    else
        text_add(heading, ", %s%s a cell", size_exact(window.cell_bytes, bytes),
                 window.cell_bytes == 1     ? " byte"
                 : window.cell_bytes < 1024 ? " bytes"
                                            : "");
    if (!legend_rows(area.rows))
        add_signs(picture, area, heading);
}

static void draw_map(struct grid *grid, struct area area, const struct scene *scene,
                     const struct view_options *options)
{
    struct area map = panel_map(area),
                legend = {area.row + map.rows, area.column, area.rows - map.rows, area.columns};
    struct window window = map_window(scene, map, options);

    map_draw(grid, map, scene, options);
    if (legend.rows > 0)
        legend_draw(grid, legend, scene, options, map_shows_pages(&window, scene->picture));
}

/* What the header says of the block that the views are about, in as many words as have room. */
static void head_ribbon(const struct scene *scene, const struct view_options *options,
                        struct area area, struct text *heading)
{
    const struct block *block = block_table_get(&scene->picture->blocks, scene->focus);

    (void)options;
    if (!scene->has_header || !block)
        return;
    for (int is_short = 0; is_short < 2; is_short++) {
        struct text sentence = {0};
        bool fits;

        text_add(&sentence, "; header ");
        fits = detail_add_sentence(scene->picture, block, scene->header, is_short, &sentence) &&
               add_what_fits(&sentence, area, heading);
        text_finish(&sentence);
        if (fits)
            return;
    }
}

/* What a class asks of fragmentation: whether a request fits. */
static void head_meters(const struct scene *scene, const struct view_options *options,
                        struct area area, struct text *heading)
{
    static const char apart[] = "; ";

    (void)options;
    for (int is_short = 0; is_short < 2; is_short++) {
        struct text words = {0};
        bool fits;

        text_add_string(&words, apart);
        meters_add_served(scene->picture, is_short, &words);
        fits = words.length >= sizeof apart && add_what_fits(&words, area, heading);
        text_finish(&words);
        if (fits)
            return;
    }
}

static void head_free(const struct scene *scene, const struct view_options *options,
                      struct area area, struct text *heading)
{
    static const char order[] = ", head first";

    const char *name = description_list_name(&scene->picture->description, 0);

    (void)options;
    if (scene->lists->count > 1)
        text_add(heading, " lists");
    else if (scene->lists->count == 1 && strcmp(name, "free") != 0)
        text_add(heading, ": %s", name);
    else
        text_add(heading, " list");
    if ((int)(heading->length + sizeof order) + 2 < area.columns)
        text_add(heading, "%s", order);
}

static void head_pages(const struct scene *scene, const struct view_options *options,
                       struct area area, struct text *heading)
{
    (void)options;
    (void)area;
    if (!scene->pages)
        return;
    text_add(heading, ": ");
    residency_add_sum(scene->pages, scene->picture->metrics.heap_size, heading);
    residency_add_legend(scene->pages, heading);
}

static void head_memory(const struct scene *scene, const struct view_options *options,
                        struct area area, struct text *heading)
{
    (void)options;
    if (!scene->space)
        return;
    text_add(heading, ", ");
    space_add_scale(scene->space, area.rows, heading);
}

static void head_code(const struct scene *scene, const struct view_options *options,
                      struct area area, struct text *heading)
{
    const struct sources *sources = scene->history ? &scene->history->sources : NULL;

    (void)options;
    (void)area;
    if (sources && sources->now)
        text_add(heading, ": %s, line %" PRIu32, sources_name(sources, sources->now),
                 sources_line_number(sources, sources->now));
}

/* clang-format off */
static const struct panel_kind kinds[PANELS] = {
    [PANEL_MAP] = {1, 0, 0, 0, "heap", head_map, draw_map},
    [PANEL_STACK] = {STACK_ROWS, 100, 1, 1, "stack", stack_add_heading, stack_draw},
    [PANEL_PAGES] = {RESIDENCY_ROWS, 0, 1, 1, "pages", head_pages, residency_draw_panel},
    [PANEL_MEMORY] = {SPACE_ROWS, 0, 1, 1, "memory", head_memory, space_draw_panel},
    [PANEL_RIBBON] = {RIBBON_ROWS, 0, 1, 1, "blocks, not to scale", head_ribbon, ribbon_draw},
    [PANEL_FREE] = {METERS_ROWS, 0, 1, 1, "free", head_free, free_list_draw},
    [PANEL_METERS] = {METERS_ROWS, 78, 1, 0, "fragmentation", head_meters, meters_draw},
    [PANEL_TIMELINE] = {TIMELINE_ROWS, 0, 1, 1, "timeline", NULL, timeline_draw},
    [PANEL_HISTOGRAM] = {HISTOGRAM_ROWS, 130, 1, 1, "blocks by size", NULL, histogram_draw},
    [PANEL_CODE] = {CODE_ROWS, 0, 1, 1, "code", head_code, code_draw},
    [PANEL_MESSAGE] = {2, 0, 1, 1, NULL, NULL, NULL},
};
/* clang-format on */

struct area panel_map(struct area area)
{
    area.rows -= legend_rows(area.rows);
    return area;
}

const struct panel_kind *panel_kind(enum panel panel)
{
    return &kinds[panel];
}
