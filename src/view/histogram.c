/* histogram.c: see histogram.h. */
#include "view/histogram.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/size.h"
#include "base/utf8.h"
#include "view/bars.h"

enum { BAR_COLUMNS = 16 };

/* ---- Classes ---- */

/* The sizes of blocks, from the smallest to the largest, in classes of so many powers of two. */
struct histogram {
    const struct block_table *blocks;
    unsigned first; /* the power of two that the first class begins with */
    unsigned classes, powers;
    size_t most; /* blocks of a kind in a class; 0 where there are no blocks */
};

static size_t count_of(const struct histogram *histogram, enum hg_kind kind, unsigned number)
{
    unsigned from = histogram->first + number * histogram->powers, end = from + histogram->powers;
    size_t count = 0;

    for (unsigned power = from; power < end && power < BLOCK_POWERS; power++)
        count += histogram->blocks->count_by_size[kind][power];
    return count;
}

/* Where a class begins, in bytes. */
static uint64_t size_of(const struct histogram *histogram, unsigned number)
{
    return (uint64_t)1 << (histogram->first + number * histogram->powers);
}

static bool has_size(const struct block_table *blocks, unsigned power)
{
    return blocks->count_by_size[HG_KIND_USED][power] + blocks->count_by_size[HG_KIND_FREE][power] >
           0;
}

/* As many classes as it takes, or has to be. */
static struct histogram make_histogram(const struct block_table *blocks, unsigned most_classes)
{
    struct histogram histogram = {.blocks = blocks};
    unsigned end = BLOCK_POWERS, powers;

    while (histogram.first < end && !has_size(blocks, histogram.first))
        histogram.first++;
    while (end > histogram.first && !has_size(blocks, end - 1))
        end--;
    powers = end - histogram.first;
    histogram.powers = (powers + most_classes - 1) / most_classes;
    histogram.classes = powers ? (powers + histogram.powers - 1) / histogram.powers : 0;
    for (unsigned number = 0; number < histogram.classes; number++) {
        size_t used = count_of(&histogram, HG_KIND_USED, number);
        size_t free = count_of(&histogram, HG_KIND_FREE, number);

        histogram.most = used > histogram.most ? used : histogram.most;
        histogram.most = free > histogram.most ? free : histogram.most;
    }
    return histogram;
}

/* ---- As text ---- */

/* How many, and a bar in proportion: with blanks behind it up to the end of its column. */
static void add_bar(const struct view_options *options, size_t count, size_t most,
                    struct text *text)
{
    size_t eighths = (count * BAR_COLUMNS * BARS_EIGHTHS + most - 1) / most;
    size_t columns = (eighths + BARS_EIGHTHS - 1) / BARS_EIGHTHS;

    text_add(text, "%8zu ", count);
    for (; eighths >= BARS_EIGHTHS; eighths -= BARS_EIGHTHS)
        utf8_add(text, view_glyph(options, GLYPH_METER_FULL));
    if (eighths > 0)
        utf8_add(text, view_bar(options, (unsigned)eighths));
    text_add_repeated(text, " ", BAR_COLUMNS - columns);
}

void histogram_add_text(const struct picture *picture, const struct view_options *options,
                        struct text *text)
{
    struct histogram histogram = make_histogram(&picture->blocks, BLOCK_POWERS);
    char from[SIZE_TEXT_MAX];

    if (histogram.classes == 0)
        return;
    text_add(text, "\n\n%-14s %8s %*s %8s", "blocks from", "used", BAR_COLUMNS, "", "free");
    for (unsigned number = 0; number < histogram.classes; number++) {
        text_add(text, "\n%11s    ", size_exact(size_of(&histogram, number), from));
        add_bar(options, count_of(&histogram, HG_KIND_USED, number), histogram.most, text);
        text_add(text, " ");
        add_bar(options, count_of(&histogram, HG_KIND_FREE, number), histogram.most, text);
    }
}

/* ---- As a panel ---- */

enum {
    NAME_COLUMNS = 8,
    LEAST_CLASS_COLUMNS = 6, /* "512K", and a gap on either side */
    MOST_CLASS_COLUMNS = 10,
    NARROW_COLUMNS = 1, /* a bar of free blocks, and the gap before it */
    TEXT_ROWS = 3,
};

/* The least columns of a class: a gap, and a count of blocks in full. */
static int least_class_columns(const struct block_table *blocks)
{
    int columns = snprintf(NULL, 0, " %zu", block_table_count(blocks));

    return columns > LEAST_CLASS_COLUMNS ? columns : LEAST_CLASS_COLUMNS;
}

/* Draw a class in the columns of the area. */
static void draw_class(const struct histogram *histogram, unsigned number, struct grid *grid,
                       struct area area, const struct view_options *options)
{
    size_t used = count_of(histogram, HG_KIND_USED, number),
           free = count_of(histogram, HG_KIND_FREE, number);
    int bar_rows = area.rows - TEXT_ROWS, row = area.row + bar_rows;
    struct area narrow = {area.row, area.column + area.columns - NARROW_COLUMNS, bar_rows,
                          NARROW_COLUMNS};
    struct area broad = {area.row, area.column + 1, bar_rows,
                         area.columns - 1 - 2 * NARROW_COLUMNS};
    char from[SIZE_TEXT_MAX];

    bars_draw(grid, broad, bars_height((double)used, (double)histogram->most, bar_rows),
              STYLE_METER, options);
    bars_draw(grid, narrow, bars_height((double)free, (double)histogram->most, bar_rows),
              STYLE_FREE, options);
    grid_print(grid, row++, area.column, area.columns, used ? STYLE_PLAIN : STYLE_DIM, "%*zu",
               area.columns, used);
    grid_print(grid, row++, area.column, area.columns, free ? STYLE_PLAIN : STYLE_DIM, "%*zu",
               area.columns, free);
    grid_print(grid, row, area.column, area.columns, STYLE_DIM, "%*s", area.columns,
               size_exact(size_of(histogram, number), from));
}

/* What the rows under the bars are, and which bar is which. */
static void draw_names(struct grid *grid, struct area area, const struct view_options *options)
{
    int row = area.row + area.rows - TEXT_ROWS;

    bars_draw(grid, (struct area){row, area.column, 1, 2}, BARS_EIGHTHS, STYLE_METER, options);
    grid_text(grid, row++, area.column + 3, NAME_COLUMNS, STYLE_PLAIN, "used");
    bars_draw(grid, (struct area){row, area.column + 1, 1, 1}, BARS_EIGHTHS, STYLE_FREE, options);
    grid_text(grid, row++, area.column + 3, NAME_COLUMNS, STYLE_PLAIN, "free");
    grid_text(grid, row, area.column + 3, NAME_COLUMNS, STYLE_DIM, "from");
}

void histogram_draw(struct grid *grid, struct area area, const struct scene *scene,
                    const struct view_options *options)
{
    const struct block_table *blocks = &scene->picture->blocks;
    int room = area.columns - NAME_COLUMNS, least = least_class_columns(blocks), columns;
    struct histogram histogram;

    if (area.rows <= TEXT_ROWS || room < least)
        return;
    histogram = make_histogram(blocks, (unsigned)(room / least));
    draw_names(grid, area, options);
    columns = histogram.classes ? room / (int)histogram.classes : least;
    if (columns > MOST_CLASS_COLUMNS)
        columns = least > MOST_CLASS_COLUMNS ? least : MOST_CLASS_COLUMNS;
    for (unsigned number = 0; number < histogram.classes; number++)
        draw_class(&histogram, number, grid,
                   (struct area){area.row, area.column + NAME_COLUMNS + (int)number * columns,
                                 area.rows, columns},
                   options);
}
