/* meters.c: see meters.h. */
#include "view/meters.h"

#include <math.h>
#include <string.h>

#include "base/size.h"
#include "base/utf8.h"

struct meter {
    const char *name;
    double (*ratio)(const struct metrics *metrics);
};

static const struct meter meters[METERS_ROWS] = {
    {"external", metrics_external_ratio},
    {"internal", metrics_internal_ratio},
    {"overhead", metrics_overhead_ratio},
    {"utilization", metrics_utilization_ratio},
};

const char *meters_name(unsigned meter)
{
    return meter < METERS_ROWS ? meters[meter].name : NULL;
}

double meters_ratio(unsigned meter, const struct metrics *metrics)
{
    return meters[meter].ratio(metrics);
}

void meters_add_formula(unsigned meter, const struct metrics *metrics,
                        const struct view_options *options, struct text *text)
{
    char first[SIZE_TEXT_MAX], second[SIZE_TEXT_MAX];

    switch (meter) {
    case 0:
        text_add(text, "1 ");
        utf8_add(text, view_glyph(options, GLYPH_MINUS));
        text_add(text, " largest %s / free %s", size_short(metrics->largest_free, first),
                 size_short(metrics->free, second));
        break;
    case 1:
        text_add(text, "padding %s / used %s", size_short(metrics->padding, first),
                 size_short(metrics->used, second));
        break;
    case 2:
        text_add(text, "tags, state %s / heap %s",
                 size_short(metrics->tags + metrics->bookkeeping, first),
                 size_short(metrics->heap_size, second));
        break;
    case 3:
        text_add(text, "peaks: asked %s / heap %s", size_short(metrics->peak_requested, first),
                 size_short(metrics->peak_heap, second));
        break;
    }
}

static void draw_bar(struct grid *grid, int row, int column, int columns, double ratio,
                     const struct view_options *options)
{
    unsigned filled = (unsigned)lround(ratio * columns * 8);

    for (int i = 0; i < columns; i++, filled = filled > 8 ? filled - 8 : 0) {
        if (filled >= 8)
            grid_put(grid, row, column + i, view_glyph(options, GLYPH_METER_FULL), STYLE_METER);
        else if (filled > 0 && !options->ascii)
            grid_put(grid, row, column + i, view_bar(options, filled), STYLE_METER);
        else
            grid_put(grid, row, column + i,
                     options->unstyled || options->ascii ? view_glyph(options, GLYPH_METER_EMPTY)
                                                         : ' ',
                     STYLE_METER);
    }
}

void meters_draw(struct grid *grid, struct area area, const struct session *session,
                 const struct view_options *options)
{
    enum { NAME_COLUMNS = 12, BAR_COLUMNS = 4, RATIO_COLUMNS = 7 };
    const struct metrics *metrics = &session->mirror->metrics;

    for (int meter = 0; meter < area.rows && meter < METERS_ROWS; meter++) {
        double ratio = meters[meter].ratio(metrics);
        int row = area.row + meter, column = area.column, end = area.column + area.columns;
        struct text formula = {0};

        meters_add_formula((unsigned)meter, metrics, options, &formula);
        grid_text(grid, row, column, end - column, STYLE_PLAIN, meters[meter].name);
        column += NAME_COLUMNS;
        draw_bar(grid, row, column, BAR_COLUMNS, ratio, options);
        column += BAR_COLUMNS;
        grid_print(grid, row, column, end - column, STYLE_STRONG, "%6.1f%%", ratio * 100);
        column += RATIO_COLUMNS + 1;
        grid_text(grid, row, column, end - column, STYLE_DIM, text_string(&formula));
        text_finish(&formula);
    }
}
