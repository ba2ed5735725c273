/* histogram.c: see histogram.h. */
#include "view/histogram.h"

#include <inttypes.h>

#include "base/size.h"
#include "base/utf8.h"

enum { BAR_COLUMNS = 16, EIGHTHS = 8 };

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
    return blocks->count_by_size[HG_USED][power] + blocks->count_by_size[HG_FREE][power] > 0;
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
        size_t used = count_of(&histogram, HG_USED, number);
        size_t free = count_of(&histogram, HG_FREE, number);

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
    size_t eighths = (count * BAR_COLUMNS * EIGHTHS + most - 1) / most;
    size_t columns = (eighths + EIGHTHS - 1) / EIGHTHS;

    text_add(text, "%8zu ", count);
    for (; eighths >= EIGHTHS; eighths -= EIGHTHS)
        utf8_add(text, view_glyph(options, GLYPH_METER_FULL));
    if (eighths > 0)
        utf8_add(text, view_bar(options, (unsigned)eighths));
    text_add_repeated(text, " ", BAR_COLUMNS - columns);
}

void histogram_add_text(const struct session *session, const struct view_options *options,
                        struct text *text)
{
    struct histogram histogram = make_histogram(&session->mirror->blocks, BLOCK_POWERS);
    char from[SIZE_TEXT_MAX];

    if (histogram.classes == 0)
        return;
    text_add(text, "\n\n%-14s %8s %*s %8s", "blocks from", "used", BAR_COLUMNS, "", "free");
    for (unsigned number = 0; number < histogram.classes; number++) {
        text_add(text, "\n%11s    ", size_exact(size_of(&histogram, number), from));
        add_bar(options, count_of(&histogram, HG_USED, number), histogram.most, text);
        text_add(text, " ");
        add_bar(options, count_of(&histogram, HG_FREE, number), histogram.most, text);
    }
}
