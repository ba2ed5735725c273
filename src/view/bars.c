/* bars.c: see bars.h. */
#include "view/bars.h"

#include <math.h>

unsigned bars_height(double value, double scale, int rows)
{
    return scale > 0 ? (unsigned)ceil(value / scale * rows * BARS_EIGHTHS - 1e-9) : 0;
}

static uint32_t level_glyph(const struct view_options *options, unsigned eighths)
{
    static const char ramp[BARS_EIGHTHS + 1] = " _.-:=+*#";

    if (options->ascii)
        return (uint32_t)ramp[eighths];
    if (eighths == 0)
        return ' ';
    return eighths < BARS_EIGHTHS ? view_column(options, eighths)
                                  : view_glyph(options, GLYPH_METER_FULL);
}

void bars_draw(struct grid *grid, struct area area, unsigned eighths, enum style style,
               const struct view_options *options)
{
    for (int i = area.rows - 1; i >= 0; i--) {
        unsigned part = eighths > BARS_EIGHTHS ? BARS_EIGHTHS : eighths;

        grid_fill(grid, (struct area){area.row + i, area.column, 1, area.columns},
                  level_glyph(options, part), style);
        eighths -= part;
    }
}
