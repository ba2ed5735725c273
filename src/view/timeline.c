/* timeline.c: see timeline.h. */
#include "view/timeline.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "view/bars.h"

enum {
    NAME_COLUMNS = 9,
    VALUE_COLUMNS = 8,
    MOST_STEP_COLUMNS = 4, /* of one step, where there are few */
};

/* ---- Moments that are kept: 0 is before the first step, n is after step n ---- */

/* How moments are spread over columns. */
struct axis {
    size_t first;      /* the first moment that is kept */
    size_t moments;    /* from there on */
    size_t now;        /* the moment where we are */
    size_t columns;    /* that are taken */
    size_t per_moment; /* columns; 0 where a column stands for several moments */
};

static struct axis make_axis(const struct history *history, int columns)
{
    size_t gone = steps_gone(&history->steps), first = gone > 0 ? gone + 1 : 0;
    struct axis axis = {
        .first = first, .moments = history->steps.known + 1, .now = history->steps.count};
    size_t room = columns > 0 ? (size_t)columns : 1;

    axis.moments = axis.moments > first ? axis.moments - first : 1;
    axis.per_moment = room / axis.moments;
    if (axis.per_moment > MOST_STEP_COLUMNS)
        axis.per_moment = MOST_STEP_COLUMNS;
    axis.columns = axis.per_moment ? axis.per_moment * axis.moments : room;
    return axis;
}

static size_t first_moment(const struct axis *axis, size_t column)
{
    return axis->first +
           (axis->per_moment ? column / axis->per_moment : column * axis->moments / axis->columns);
}

/* Whether the column stands for where we are. */
static bool is_now(const struct axis *axis, size_t column)
{
    size_t next =
        axis->per_moment ? first_moment(axis, column) + 1 : first_moment(axis, column + 1);

    return axis->now >= first_moment(axis, column) && axis->now < next;
}

/* The moment that a column shows: the last one it stands for, or where we are. */
static size_t moment_of(const struct axis *axis, size_t column)
{
    if (is_now(axis, column) || axis->per_moment)
        return is_now(axis, column) ? axis->now : first_moment(axis, column);
    return first_moment(axis, column + 1) - 1;
}

/* ---- Curves ---- */

enum scale {
    SCALE_HEAP,  /* bytes, of the largest heap */
    SCALE_RATIO, /* of 1 */
    SCALE_OWN,   /* a count, of its largest */
};

struct curve {
    const char *name;
    enum scale scale;
    /* After step number `moment`; NAN where that is not known. */
    double (*value)(const struct history *history, size_t moment);
};

static double heap_size(const struct history *history, size_t moment)
{
    return (double)history_metrics_at(history, moment).heap_size;
}

static double live(const struct history *history, size_t moment)
{
    struct metrics metrics = history_metrics_at(history, moment);

    return metrics.is_unasked ? (double)NAN : (double)metrics.requested;
}

static double resident(const struct history *history, size_t moment)
{
    uint64_t bytes = history_resident_at(history, moment);

    return bytes == RESIDENT_UNKNOWN ? (double)NAN : (double)bytes;
}

static double external(const struct history *history, size_t moment)
{
    struct metrics metrics = history_metrics_at(history, moment);

    return ratio_value(RATIO_EXTERNAL, &metrics);
}

static double internal(const struct history *history, size_t moment)
{
    struct metrics metrics = history_metrics_at(history, moment);

    return ratio_value(RATIO_INTERNAL, &metrics);
}

static double free_blocks(const struct history *history, size_t moment)
{
    struct metrics metrics = history_metrics_at(history, moment);

    return metrics.untold > 0 ? (double)NAN : (double)metrics.free_blocks;
}

static const struct curve curves[TIMELINE_CURVES] = {
    {"heap", SCALE_HEAP, heap_size},     {"live", SCALE_HEAP, live},
    {"external", SCALE_RATIO, external}, {"internal", SCALE_RATIO, internal},
    {"free", SCALE_OWN, free_blocks},
};

static const struct curve memory_curves[TIMELINE_MEMORY_CURVES] = {
    {"heap", SCALE_HEAP, heap_size},
    {"live", SCALE_HEAP, live},
    {"resident", SCALE_HEAP, resident},
};

/* What is drawn where. */
struct drawing {
    struct grid *grid;
    struct area area;
    const struct history *history;
    const struct view_options *options;
    struct axis axis;
};

static double largest(const struct drawing *drawing,
                      double (*value)(const struct history *history, size_t moment))
{
    double most = 0;

    for (size_t column = 0; column < drawing->axis.columns; column++)
        most = fmax(most, value(drawing->history, moment_of(&drawing->axis, column)));
    return most;
}

static double full_scale(const struct drawing *drawing, const struct curve *curve)
{
    switch (curve->scale) {
    case SCALE_HEAP: return largest(drawing, heap_size);
    case SCALE_OWN: return largest(drawing, curve->value);
    case SCALE_RATIO: break;
    }
    return 1;
}

/* What there is to see of a moment: where we are, behind us, or undone. */
static enum style style_of(const struct axis *axis, size_t column)
{
    if (is_now(axis, column))
        return STYLE_STRONG;
    return moment_of(axis, column) > axis->now ? STYLE_DIM : STYLE_METER;
}

static void draw_value(const struct drawing *drawing, const struct curve *curve, int row)
{
    double value = curve->value(drawing->history, drawing->axis.now);
    int left = drawing->area.column + drawing->area.columns - VALUE_COLUMNS;
    char text[SIZE_TEXT_MAX];

    if (isnan(value))
        snprintf(text, sizeof text, "?");
    else if (curve->scale == SCALE_HEAP)
        size_short((uint64_t)value, text);
    else if (curve->scale == SCALE_RATIO)
        snprintf(text, sizeof text, "%.1f%%", value * 100);
    else
        snprintf(text, sizeof text, "%.0f", value);
    grid_print(drawing->grid, row, left, VALUE_COLUMNS, STYLE_STRONG, "%*s", VALUE_COLUMNS, text);
}

static void draw_curve(const struct drawing *drawing, const struct curve *curve, int row, int rows)
{
    double scale = full_scale(drawing, curve);

    for (size_t column = 0; column < drawing->axis.columns; column++) {
        double value = curve->value(drawing->history, moment_of(&drawing->axis, column));
        struct area area = {row, drawing->area.column + NAME_COLUMNS + (int)column, rows, 1};

        if (!isnan(value))
            bars_draw(drawing->grid, area, bars_height(value, scale, rows),
                      style_of(&drawing->axis, column), drawing->options);
    }
    row += rows - 1;
    grid_text(drawing->grid, row, drawing->area.column, NAME_COLUMNS, STYLE_PLAIN, curve->name);
    draw_value(drawing, curve, row);
}

/* A mark where we are, and the number of that step; and of the first, where others went before. */
static void draw_axis(const struct drawing *drawing, int row)
{
    const struct axis *axis = &drawing->axis;
    int left = drawing->area.column + NAME_COLUMNS;

    grid_text(drawing->grid, row, drawing->area.column, NAME_COLUMNS, STYLE_DIM, "step");
    grid_fill(drawing->grid, (struct area){row, left, 1, (int)axis->columns},
              view_glyph(drawing->options, GLYPH_HORIZONTAL), STYLE_BORDER);
    if (axis->first > 0)
        grid_print(drawing->grid, row, left, (int)axis->columns, STYLE_DIM, "%zu ", axis->first);
    for (size_t column = 0; column < axis->columns; column++) {
        if (is_now(axis, column))
            grid_put(drawing->grid, row, left + (int)column, '^', STYLE_STRONG);
    }
    grid_print(drawing->grid, row, drawing->area.column + drawing->area.columns - VALUE_COLUMNS,
               VALUE_COLUMNS, STYLE_STRONG, "%*zu", VALUE_COLUMNS, axis->now);
}

/* Share rows among the curves. Those that are left over, too few for all, go to external
 * fragmentation, or to the curves of bytes, which have one scale, or to both. */
static void share_rows(int rows, int ret_rows[TIMELINE_CURVES])
{
    static const unsigned char has_more[TIMELINE_CURVES][TIMELINE_CURVES] = {
        {0, 0, 0, 0, 0}, {0, 0, 1, 0, 0}, {1, 1, 0, 0, 0}, {1, 1, 1, 0, 0}, {1, 1, 1, 0, 1},
    };

    for (int curve = 0; curve < TIMELINE_CURVES; curve++)
        ret_rows[curve] = rows / TIMELINE_CURVES + has_more[rows % TIMELINE_CURVES][curve];
}

/* Draw curves, each in so many rows, and the axis below them. */
static void draw_all(struct drawing *drawing, const struct curve *shown, const int *rows, int count)
{
    struct area area = drawing->area;
    int row = area.row;

    drawing->axis = make_axis(drawing->history, area.columns - NAME_COLUMNS - VALUE_COLUMNS - 1);
    for (int i = 0; i < count; row += rows[i++])
        draw_curve(drawing, &shown[i], row, rows[i]);
    draw_axis(drawing, row++);
    for (size_t column = 0; column < drawing->axis.columns; column++)
        grid_link(
            drawing->grid,
            (struct area){area.row, area.column + NAME_COLUMNS + (int)column, row - area.row, 1},
            LINK_STEP, moment_of(&drawing->axis, column), 0);
}

/* Whether there is a history, and room for it; if there is none, say so. */
static bool can_draw(struct grid *grid, struct area area, const struct scene *scene, int least_rows)
{
    if (area.rows < least_rows || area.columns <= NAME_COLUMNS + VALUE_COLUMNS + 1)
        return false;
    if (!scene->history)
        grid_text(grid, area.row, area.column, area.columns, STYLE_DIM, "this heap has no history");
    return scene->history;
}

void timeline_draw(struct grid *grid, struct area area, const struct scene *scene,
                   const struct view_options *options)
{
    struct drawing drawing = {
        .grid = grid, .area = area, .history = scene->history, .options = options};
    int rows[TIMELINE_CURVES];

    if (!can_draw(grid, area, scene, TIMELINE_ROWS))
        return;
    share_rows(area.rows - 1, rows); /* the axis has one */
    draw_all(&drawing, curves, rows, TIMELINE_CURVES);
}

void timeline_draw_memory(struct grid *grid, struct area area, const struct scene *scene,
                          const struct view_options *options)
{
    struct drawing drawing = {
        .grid = grid, .area = area, .history = scene->history, .options = options};
    int rows[TIMELINE_MEMORY_CURVES], each = (area.rows - 1) / TIMELINE_MEMORY_CURVES;

    if (!can_draw(grid, area, scene, TIMELINE_MEMORY_ROWS))
        return;
    for (int i = 0; i < TIMELINE_MEMORY_CURVES; i++)
        rows[i] = each + (i < (area.rows - 1) % TIMELINE_MEMORY_CURVES);
    draw_all(&drawing, memory_curves, rows, TIMELINE_MEMORY_CURVES);
}
