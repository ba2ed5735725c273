/* meters.c: see meters.h. */
#include "view/meters.h"

#include <math.h>
#include <string.h>

#include "base/size.h"
#include "base/utf8.h"
#include "view/words.h"

static void add_complement(const struct ratio *ratio, const struct view_options *options,
                           struct text *text)
{
    if (!ratio->is_complement)
        return;
    text_add(text, "1 ");
    utf8_add(text, view_glyph(options, GLYPH_MINUS));
    text_add(text, " ");
}

void meters_add_formula(unsigned number, const struct metrics *metrics,
                        const struct view_options *options, struct text *text)
{
    const struct ratio *ratio = ratio_at(number);
    char part[SIZE_TEXT_MAX], whole[SIZE_TEXT_MAX];

    if (isnan(ratio_value(number, metrics))) {
        text_add_string(text, "this heap does not tell it");
        return;
    }
    if (number == RATIO_EXTERNAL && metrics->has_slots) {
        text_add(text, "any slot fits all requests");
        return;
    }
    add_complement(ratio, options, text);
    text_add_string(text, ratio->part_words);
    text_add_string(text, " ");
    text_add_string(text, size_short(ratio_part(ratio, metrics), part));
    text_add_string(text, " / ");
    text_add_string(text, ratio->whole_words);
    text_add_string(text, " ");
    text_add_string(text, size_short(ratio_whole(ratio, metrics), whole));
}

static void draw_bar(struct grid *grid, int row, int column, int columns, double ratio,
                     const struct view_options *options)
{
    unsigned filled = (unsigned)lround(ratio * columns * 8);

    for (int i = 0; i < columns; i++) {
        if (filled >= 8)
            grid_put(grid, row, column + i, view_glyph(options, GLYPH_METER_FULL), STYLE_METER);
        else if (filled > 0 && !options->ascii)
            grid_put(grid, row, column + i, view_bar(options, filled), STYLE_METER);
        else
            grid_put(grid, row, column + i,
                     options->unstyled || options->ascii ? view_glyph(options, GLYPH_METER_EMPTY)
                                                         : ' ',
                     STYLE_METER);
        filled -= filled > 8 ? 8 : filled;
    }
}

enum { NAME_COLUMNS = 12, BAR_COLUMNS = 4, RATIO_COLUMNS = 8 };

/* The numbers of a formula without its words. */
static void add_numbers(unsigned number, const struct metrics *metrics,
                        const struct view_options *options, struct text *text)
{
    const struct ratio *ratio = ratio_at(number);
    char part[SIZE_TEXT_MAX], whole[SIZE_TEXT_MAX];

    if (isnan(ratio_value(number, metrics))) {
        text_add(text, "not told");
        return;
    }
    if (number == RATIO_EXTERNAL && metrics->has_slots) {
        text_add(text, "any slot fits");
        return;
    }
    add_complement(ratio, options, text);
    text_add(text, "%s / %s", size_short(ratio_part(ratio, metrics), part),
             size_short(ratio_whole(ratio, metrics), whole));
}

/* The formula in the longest form that has room; nothing where even its numbers have none. */
static void choose_formula(unsigned number, const struct metrics *metrics,
                           const struct view_options *options, int columns, struct text *text)
{
    meters_add_formula(number, metrics, options, text);
    if (grid_text_width(text_string(text)) > columns) {
        text_clear(text);
        add_numbers(number, metrics, options, text);
    }
    if (grid_text_width(text_string(text)) > columns)
        text_clear(text);
}

/* The columns of the bars: all that a long formula leaves, and none where it needs them. */
static int bar_columns(int columns)
{
    enum {
        LEAST_FORMULA_COLUMNS = 18, /* its numbers alone */
        LONG_FORMULA_COLUMNS = 31   /* with words */
    };
    int left = columns - NAME_COLUMNS - RATIO_COLUMNS;

    if (left - BAR_COLUMNS < LEAST_FORMULA_COLUMNS)
        return 0;
    return left - BAR_COLUMNS > LONG_FORMULA_COLUMNS ? left - LONG_FORMULA_COLUMNS : BAR_COLUMNS;
}

void meters_add_served(const struct picture *picture, bool is_short, struct text *text)
{
    char size[NUMBER_GROUPED_MAX];
    bool exact;
    uint64_t served = picture_request_served(picture, &exact);

    if (picture->metrics.untold > 0 || (served == 0 && !exact && picture->metrics.free > 0))
        return; /* nobody knows */
    text_add(text, is_short ? "fits now: " : "largest request that fits now: ");
    if (served == 0)
        text_add(text, "none");
    else
        text_add(text, "%s%s", exact ? "" : "at least ", number_grouped(served, size));
}

void meters_draw(struct grid *grid, struct area area, const struct scene *scene,
                 const struct view_options *options)
{
    const struct metrics *metrics = &scene->picture->metrics;
    int bar = bar_columns(area.columns);

    for (int meter = 0; meter < area.rows && meter < METERS_ROWS; meter++) {
        unsigned number = (unsigned)meter;
        double ratio = ratio_value(number, metrics);
        int row = area.row + meter, column = area.column, end = area.column + area.columns;
        struct text formula = {0};

        grid_text(grid, row, column, end - column, STYLE_PLAIN, ratio_at(number)->name);
        column += NAME_COLUMNS;
        draw_bar(grid, row, column, bar, isnan(ratio) ? 0 : ratio, options);
        column += bar;
        if (isnan(ratio))
            grid_print(grid, row, column, end - column, STYLE_STRONG, "%7s", "?");
        else
            grid_print(grid, row, column, end - column, STYLE_STRONG, "%6.1f%%", ratio * 100);
        column += RATIO_COLUMNS;
        choose_formula(number, metrics, options, end - column, &formula);
        grid_text(grid, row, column, end - column, STYLE_DIM, text_string(&formula));
        text_finish(&formula);
    }
}
