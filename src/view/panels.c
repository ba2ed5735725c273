/* panels.c: see panels.h. */
#include "view/panels.h"

#include <string.h>

#include "base/size.h"
#include "view/changes.h"
#include "view/detail.h"
#include "view/free_list.h"
#include "view/histogram.h"
#include "view/map.h"
#include "view/map_damage.h"
#include "view/meters.h"
#include "view/ribbon.h"
#include "view/timeline.h"
#include "view/words.h"

static void head_map(const struct scene *scene, const struct view_options *options,
                     struct area area, struct text *heading)
{
    const struct picture *picture = scene->picture;
    struct window window = map_window(scene, area);
    uint64_t size = picture->metrics.heap_size;
    char low[WORDS_PLACE_MAX], high[WORDS_PLACE_MAX], bytes[SIZE_TEXT_MAX], all[SIZE_TEXT_MAX];

    if (window.low > 0 || window.high < size)
        text_add(heading, " %s to %s of %s", words_place(picture, options, window.low, low),
                 words_place(picture, options, window.high, high), size_short(size, all));
    text_add(heading, ", %s a cell", size_exact(window.cell_bytes, bytes));
    changes_add_legend(picture, heading);
    map_damage_add_legend(picture, heading);
}

/* The fields of the header of the block that the views are about, where they have room. */
static void head_ribbon(const struct scene *scene, const struct view_options *options,
                        struct area area, struct text *heading)
{
    enum { ENDS_COLUMNS = 4 };
    const struct block *block = block_table_get(&scene->picture->blocks, scene->focus);
    int columns = area.columns - ENDS_COLUMNS - (int)heading->length;
    struct text fields = {0};

    (void)options;
    if (!scene->has_header || !block)
        return;
    text_add(&fields, "; ^ header ");
    if (detail_add_tag(scene->picture, block, scene->header, &fields) &&
        grid_text_width(text_string(&fields)) <= columns)
        text_add(heading, "%s", text_string(&fields));
    text_finish(&fields);
}

static void head_free(const struct scene *scene, const struct view_options *options,
                      struct area area, struct text *heading)
{
    static const char order[] = ", head first";

    (void)options;
    text_add(heading, "%s", scene->lists->count > 1 ? "s" : "");
    if ((int)(heading->length + sizeof order) + 2 < area.columns)
        text_add(heading, "%s", order);
}

/* clang-format off */
static const struct panel_kind kinds[PANELS] = {
    [PANEL_MAP] = {1, 0, 0, 0, "heap", head_map, map_draw},
    [PANEL_RIBBON] = {RIBBON_ROWS, 0, 1, 1, "blocks", head_ribbon, ribbon_draw},
    [PANEL_FREE] = {METERS_ROWS, 0, 1, 1, "free list", head_free, free_list_draw},
    [PANEL_METERS] = {METERS_ROWS, 78, 1, 0, "fragmentation", NULL, meters_draw},
    [PANEL_TIMELINE] = {TIMELINE_ROWS, 0, 1, 1, "timeline", NULL, timeline_draw},
    [PANEL_HISTOGRAM] = {HISTOGRAM_ROWS, 130, 1, 1, "blocks by size", NULL, histogram_draw},
    [PANEL_MESSAGE] = {2, 0, 1, 1, NULL, NULL, NULL},
};
/* clang-format on */

const struct panel_kind *panel_kind(enum panel panel)
{
    return &kinds[panel];
}
