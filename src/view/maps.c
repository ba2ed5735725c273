/* maps.c: see maps.h. */
#include "view/maps.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "view/map.h"

enum {
    NAME_ROWS = 1,
    LEAST_MAP_ROWS = 3,
    GAP_ROWS = 1,
    LEAST_COLUMNS = 36, /* for two measures side by side */
    GAP_COLUMNS = 2,
    MEASURE_ROWS = (COMPARISON_COLUMNS + 1) / 2, /* in two columns: */
    LEFT_COLUMNS = 19,
    VALUE_COLUMNS = 8, /* with its star */
};

struct maps maps_of(struct comparison *comparison)
{
    struct maps maps = {.comparison = *comparison,
                        .step = comparison_steps(comparison),
                        .scale = comparison_largest_heap(comparison)};

    *comparison = (struct comparison){0};
    return maps;
}

void maps_finish(struct maps *maps)
{
    comparison_finish(&maps->comparison);
}

void maps_go(struct maps *maps, size_t step)
{
    size_t last = comparison_steps(&maps->comparison);

    maps->step = step < last ? step : last;
}

/* ---- Where they are ---- */

/* Maps stand in rows of as many as there is room for, or fewer if that takes no more rows. */
struct arrangement {
    int maps_per_row, columns; /* of each */
    int rows_per_page, rows;   /* of maps that are seen at once; text rows of each */
    int page_rows, pages;
};

static int divide_up(int number, int by)
{
    return (number + by - 1) / by;
}

static int at_least_one(int number)
{
    return number > 1 ? number : 1;
}

static struct arrangement arrange(int count, int rows, int columns)
{
    int least_rows = NAME_ROWS + LEAST_MAP_ROWS + MEASURE_ROWS + GAP_ROWS;
    int most_in_row = at_least_one((columns + GAP_COLUMNS) / (LEAST_COLUMNS + GAP_COLUMNS));
    int map_rows = divide_up(count, most_in_row);
    int most_on_page = at_least_one((rows + GAP_ROWS) / least_rows);
    struct arrangement arrangement = {
        .maps_per_row = divide_up(count, map_rows),
        .rows_per_page = map_rows < most_on_page ? map_rows : most_on_page,
        .page_rows = rows > least_rows - GAP_ROWS ? rows : least_rows - GAP_ROWS,
    };

    arrangement.columns = (columns + GAP_COLUMNS) / arrangement.maps_per_row - GAP_COLUMNS;
    arrangement.rows = (arrangement.page_rows + GAP_ROWS) / arrangement.rows_per_page - GAP_ROWS;
    arrangement.pages = divide_up(map_rows, arrangement.rows_per_page);
    return arrangement;
}

/* The area of a map with its name and its measures. */
static struct area area_of(const struct arrangement *arrangement, int index)
{
    int row = index / arrangement->maps_per_row, column = index % arrangement->maps_per_row;
    int page = row / arrangement->rows_per_page, row_on_page = row % arrangement->rows_per_page;

    return (struct area){
        page * arrangement->page_rows + row_on_page * (arrangement->rows + GAP_ROWS),
        column * (arrangement->columns + GAP_COLUMNS), arrangement->rows, arrangement->columns};
}

/* ---- What is in them ---- */

/* "35M", "12.5%", "1234"; what is too long for its column in millions. */
static void format_value(enum comparison_column column, double value, char *text, size_t size)
{
    char bytes[SIZE_TEXT_MAX];

    if (isnan(value))
        snprintf(text, size, "?");
    else if (comparison_is_ratio(column))
        snprintf(text, size, "%.1f%%", value * 100);
    else if (column == COMPARISON_HEAP)
        snprintf(text, size, "%s", size_short((uint64_t)value, bytes));
    else if (value >= 1e7)
        snprintf(text, size, "%.0fM", value / 1e6);
    else
        snprintf(text, size, "%.0f", value);
}

static void draw_measures(const struct maps *maps, const struct contestant *contestant,
                          struct area area, struct grid *grid)
{
    for (unsigned column = 0; column < COMPARISON_COLUMNS; column++) {
        bool is_left = column < MEASURE_ROWS;
        bool best = comparison_is_best(&maps->comparison, contestant, column, maps->step);
        int row = area.row + (int)(column % MEASURE_ROWS);
        int left = area.column + (is_left ? 0 : LEFT_COLUMNS + 1);
        int end = area.column + (is_left ? LEFT_COLUMNS : area.columns);
        char value[32];

        if (!is_left && end > left + LEFT_COLUMNS)
            end = left + LEFT_COLUMNS;
        format_value(column, comparison_value(contestant, column, maps->step), value, sizeof value);
        grid_text(grid, row, left, end - left, STYLE_DIM, comparison_heading(column));
        grid_print(grid, row, end - VALUE_COLUMNS, VALUE_COLUMNS, best ? STYLE_STRONG : STYLE_PLAIN,
                   "%*s%c", VALUE_COLUMNS - 1, value, best ? '*' : ' ');
    }
}

static void draw_map(const struct maps *maps, const struct contestant *contestant,
                     const struct view_options *options, struct area area, struct grid *grid)
{
    const struct outlook all = {0};
    struct scene scene = {.outlook = &all, .focus = NO_FOCUS, .scale = maps->scale};

    if (!contestant->session) {
        grid_wrap(grid, area, STYLE_NOTICE, contestant->failure.text);
    } else if (comparison_is_at(contestant, maps->step)) {
        scene.picture = &contestant->session->mirror->picture;
        map_draw(grid, area, &scene, options);
    } else {
        grid_wrap(grid, area, STYLE_NOTICE, "stopped on the way to this step");
    }
}

static void draw_contestant(const struct maps *maps, const struct contestant *contestant,
                            const struct view_options *options, struct area area, struct grid *grid)
{
    struct area map = {area.row + NAME_ROWS, area.column, area.rows - NAME_ROWS - MEASURE_ROWS,
                       area.columns};
    struct area name = {area.row, area.column, NAME_ROWS, area.columns};
    struct area measures = {map.row + map.rows, area.column, MEASURE_ROWS, area.columns};

    grid_fill(grid, name, view_glyph(options, GLYPH_HORIZONTAL), STYLE_BORDER);
    grid_print(grid, area.row, area.column, area.columns, STYLE_HEADING, "%s ",
               contestant->config.policy);
    draw_map(maps, contestant, options, map, grid);
    if (!contestant->has_failed)
        draw_measures(maps, contestant, measures, grid);
}

struct grid maps_draw(const struct maps *maps, const struct view_options *options, int rows,
                      int columns)
{
    int count = (int)maps->comparison.count;
    struct arrangement arrangement = arrange(count, rows, columns);
    struct grid grid = grid_create(arrangement.pages * arrangement.page_rows, columns);

    for (int i = 0; i < count; i++)
        draw_contestant(maps, &maps->comparison.items[i], options, area_of(&arrangement, i), &grid);
    return grid;
}

/* The command of the step, as told by any session that is kept. */
static void add_command(const struct maps *maps, struct text *text)
{
    for (size_t i = 0; maps->step > 0 && i < maps->comparison.count; i++) {
        const struct session *session = maps->comparison.items[i].session;

        if (session && session->history->steps.count == maps->step) {
            text_add(text, ": ");
            history_add_command(session->history, history_last_step(session->history), text);
            return;
        }
    }
}

void maps_add_heading(const struct maps *maps, struct text *text)
{
    char size[SIZE_TEXT_MAX];

    text_add(text, "step %zu of %zu", maps->step, comparison_steps(&maps->comparison));
    add_command(maps, text);
    text_add(text, "; each map has room for %s; [ ] step", size_short(maps->scale, size));
}
