/* meters.c: see meters.h. */
#include "view/meters.h"

#include <math.h>
#include <string.h>

#include "base/size.h"
#include "base/utf8.h"

void meters_add_formula(unsigned number, const struct metrics *metrics,
                        const struct view_options *options, struct text *text)
{
    const struct ratio *ratio = ratio_at(number);
    char part[SIZE_TEXT_MAX], whole[SIZE_TEXT_MAX];

    if (ratio->is_complement) {
        text_add(text, "1 ");
        utf8_add(text, view_glyph(options, GLYPH_MINUS));
        text_add(text, " ");
    }
    text_add(text, "%s %s / %s %s", ratio->part_words,
             size_short(ratio_part(ratio, metrics), part), ratio->whole_words,
             size_short(ratio_whole(ratio, metrics), whole));
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

void meters_draw(struct grid *grid, struct area area, const struct scene *scene,
                 const struct view_options *options)
{
    enum { NAME_COLUMNS = 12, BAR_COLUMNS = 4, RATIO_COLUMNS = 7 };
    const struct metrics *metrics = &scene->session->mirror->metrics;

    for (int meter = 0; meter < area.rows && meter < METERS_ROWS; meter++) {
        double ratio = ratio_value((unsigned)meter, metrics);
        int row = area.row + meter, column = area.column, end = area.column + area.columns;
        struct text formula = {0};

        meters_add_formula((unsigned)meter, metrics, options, &formula);
        grid_text(grid, row, column, end - column, STYLE_PLAIN, ratio_at((unsigned)meter)->name);
        column += NAME_COLUMNS;
        draw_bar(grid, row, column, BAR_COLUMNS, ratio, options);
        column += BAR_COLUMNS;
        grid_print(grid, row, column, end - column, STYLE_STRONG, "%6.1f%%", ratio * 100);
        column += RATIO_COLUMNS + 1;
        grid_text(grid, row, column, end - column, STYLE_DIM, text_string(&formula));
        text_finish(&formula);
    }
}
