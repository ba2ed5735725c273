/* histogram.c: see histogram.h. */
#include "view/histogram.h"

#include <inttypes.h>

#include "base/bits.h"
#include "base/size.h"
#include "base/utf8.h"

enum { POWERS = 64, BAR_COLUMNS = 16, EIGHTHS = 8 };

struct histogram {
    size_t used[POWERS], free[POWERS];
    size_t most;
};

static void count_block(struct histogram *histogram, const struct block *block)
{
    unsigned power = bits_floor_log2(block->size);
    size_t *count = block->kind == HG_USED ? &histogram->used[power] : &histogram->free[power];

    if (block->kind != HG_USED && block->kind != HG_FREE)
        return;
    if (++*count > histogram->most)
        histogram->most = *count;
}

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
    struct histogram histogram = {0};
    struct block_cursor cursor = block_table_find(&session->mirror->blocks, 0);
    const struct block *block;
    char from[SIZE_TEXT_MAX];
    unsigned first = 0, last = POWERS - 1;

    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor))
        count_block(&histogram, block);
    if (histogram.most == 0)
        return;
    text_add(text, "\n\n%-14s %8s %*s %8s", "blocks from", "used", BAR_COLUMNS, "", "free");
    while (histogram.used[first] + histogram.free[first] == 0)
        first++;
    while (histogram.used[last] + histogram.free[last] == 0)
        last--;
    for (unsigned power = first; power <= last; power++) {
        text_add(text, "\n%11s    ", size_exact((uint64_t)1 << power, from));
        add_bar(options, histogram.used[power], histogram.most, text);
        text_add(text, " ");
        add_bar(options, histogram.free[power], histogram.most, text);
    }
}
