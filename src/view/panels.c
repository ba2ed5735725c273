/* panels.c: see panels.h. */
#include "view/panels.h"

#include <string.h>

#include "base/size.h"
#include "view/changes.h"
#include "view/detail.h"
#include "view/free_list.h"
#include "view/histogram.h"
#include "view/map.h"
#include "view/meters.h"
#include "view/ribbon.h"
#include "view/timeline.h"
#include "view/words.h"

/* ---- Map ---- */

static void head_map(const struct view *view, struct area area, struct text *heading)
{
    const struct picture *picture = view->scene->picture;
    struct window window = map_window(view->scene, area);
    uint64_t size = picture->metrics.heap_size;
    char low[WORDS_PLACE_MAX], high[WORDS_PLACE_MAX], bytes[SIZE_TEXT_MAX], all[SIZE_TEXT_MAX];

    text_add(heading, "heap");
    if (window.low > 0 || window.high < size)
        text_add(heading, " %s to %s of %s", words_place(picture, view->options, window.low, low),
                 words_place(picture, view->options, window.high, high), size_short(size, all));
    text_add(heading, ", %s a cell", size_exact(window.cell_bytes, bytes));
    changes_add_legend(picture, heading);
}

static void draw_map(const struct view *view, struct area area, struct grid *grid)
{
    map_draw(grid, area, view->scene, view->options);
}

/* ---- Ribbon ---- */

/* The fields of the header of the block that the views are about, where they have room. */
static void add_header(const struct view *view, int columns, struct text *heading)
{
    const struct scene *scene = view->scene;
    const struct block *block = block_table_get(&scene->picture->blocks, scene->focus);
    struct text fields = {0};

    if (!scene->has_header || !block)
        return;
    text_add(&fields, "; ^ header ");
    if (detail_add_tag(scene->picture, block, scene->header, &fields) &&
        grid_text_width(text_string(&fields)) <= columns)
        text_add(heading, "%s", text_string(&fields));
    text_finish(&fields);
}

static void head_ribbon(const struct view *view, struct area area, struct text *heading)
{
    enum { ENDS_COLUMNS = 4 };

    text_add(heading, "blocks");
    add_header(view, area.columns - ENDS_COLUMNS - (int)heading->length, heading);
}

static void draw_ribbon(const struct view *view, struct area area, struct grid *grid)
{
    ribbon_draw(grid, area, view->scene, view->options);
}

/* ---- Free lists ---- */

static void head_free(const struct view *view, struct area area, struct text *heading)
{
    static const char order[] = ", head first";

    text_add(heading, view->scene->lists->count > 1 ? "free lists" : "free list");
    if ((int)(heading->length + sizeof order) + 2 < area.columns)
        text_add(heading, "%s", order);
}

static void draw_free(const struct view *view, struct area area, struct grid *grid)
{
    free_list_draw(grid, area, view->scene, view->options);
}

/* ---- Meters ---- */

static void head_meters(const struct view *view, struct area area, struct text *heading)
{
    (void)view;
    (void)area;
    text_add(heading, "fragmentation");
}

static void draw_meters(const struct view *view, struct area area, struct grid *grid)
{
    meters_draw(grid, area, view->scene, view->options);
}

/* ---- Timeline ---- */

static void head_timeline(const struct view *view, struct area area, struct text *heading)
{
    (void)view;
    (void)area;
    text_add(heading, "timeline");
}

static void draw_timeline(const struct view *view, struct area area, struct grid *grid)
{
    timeline_draw(grid, area, view->scene, view->options);
}

/* ---- Histogram ---- */

static void head_histogram(const struct view *view, struct area area, struct text *heading)
{
    (void)view;
    (void)area;
    text_add(heading, "blocks by size");
}

static void draw_histogram(const struct view *view, struct area area, struct grid *grid)
{
    histogram_draw(grid, area, view->scene, view->options);
}

/* ---- Message ---- */

static void head_message(const struct view *view, struct area area, struct text *heading)
{
    (void)area;
    text_add(heading, "%s", view->message->heading);
}

static void draw_message(const struct view *view, struct area area, struct grid *grid)
{
    message_draw(grid, area, view->message, view->options);
}

/* ---- The table ---- */

const struct panel_kind *panel_kind(enum panel panel)
{
    static const struct panel_kind kinds[PANELS] = {
        [PANEL_MAP] = {1, 0, 0, 0, head_map, draw_map},
        [PANEL_RIBBON] = {RIBBON_ROWS, 0, 1, 1, head_ribbon, draw_ribbon},
        [PANEL_FREE] = {METERS_ROWS, 0, 1, 1, head_free, draw_free},
        [PANEL_METERS] = {METERS_ROWS, 78, 1, 0, head_meters, draw_meters},
        [PANEL_TIMELINE] = {TIMELINE_ROWS, 0, 1, 1, head_timeline, draw_timeline},
        [PANEL_HISTOGRAM] = {HISTOGRAM_ROWS, 130, 1, 1, head_histogram, draw_histogram},
        [PANEL_MESSAGE] = {2, 0, 1, 1, head_message, draw_message},
    };

    return &kinds[panel];
}
